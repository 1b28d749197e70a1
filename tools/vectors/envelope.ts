/**
 * Writes vectors/envelope/*.json. Run: `node --conditions=brume-source tools/vectors/envelope.ts`; with `--check` it compares and exits 1 on a difference.
 * The keys are the published ones of the RFCs and both signature schemes are deterministic here (RFC 8032, RFC 6979), so the files never change by themselves.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Alg } from '@brume/envelope'

const device = '0199c0de-0000-7000-8000-0000000000d1'
const chain = '0199c0de-0000-7000-8000-0000000000c1'
const prv = 'uU0nuZNNPgilLlLX2n2r-sSE7-N6U4DukIj3rOLvzek'
const senml = '[{"bn":"urn:dev:mac:0024befffe804ff1:","n":"temperature","u":"Cel","v":7.4,"t":1.7637e9}]'

// RFC 8037 appendix A.1 and RFC 7515 appendix A.3.1.
const keys = {
  ed25519: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  p256: { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' },
} as const
const secrets = {
  ed25519: Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url'),
  p256: Buffer.from('jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI', 'base64url'),
}

const b64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64url')

function sign(alg: Alg, signingInput: string): Uint8Array {
  const message = Buffer.from(signingInput)
  return alg === 'ES256' ? p256.sign(message, secrets.p256, { lowS: true }) : ed25519.sign(message, secrets.ed25519)
}

/** A compact JWS over any header text, also over one that no reader takes. */
function jws(headerText: string | Uint8Array, payload: string | Uint8Array = senml, alg: Alg = 'EdDSA'): string {
  const signingInput = `${b64(headerText)}.${b64(payload)}`
  return `${signingInput}.${b64(sign(alg, signingInput))}`
}

const reading = { alg: 'EdDSA', typ: 'brume-reading', kid: `${device}#1`, cty: 'application/senml+json', chain, seq: 42, iat: 1763733600, prv }
const control = { alg: 'EdDSA', typ: 'brume-device-status', kid: 'platform#1', chain, iat: 1763733600, jti: '0199c0de-0000-7000-8000-0000000000e1' }
const header = (changes: Record<string, unknown> = {}, base: object = reading) => JSON.stringify({ ...base, ...changes })
const good = jws(header())
const es256 = jws(header({ alg: 'ES256' }), senml, 'ES256')

interface Accepted {
  name: string
  source: string
  key: keyof typeof keys
  envelope: string
  /** What a parser must read. */
  expected: { typ: string; kid: string; chain: string; seq?: number; epoch?: number; jti?: string; payload: string; leafHash: string }
}

function accepted(name: string, source: string, envelope: string, key: keyof typeof keys = 'ed25519'): Accepted {
  const [headerText = '', payload = ''] = envelope.split('.')
  const { typ, kid, chain: on, seq, epoch, jti } = JSON.parse(Buffer.from(headerText, 'base64url').toString())
  const leafHash = b64(sha256(Buffer.concat([Buffer.from([0]), Buffer.from(envelope)])))
  const counters = typ === 'brume-reading' ? { seq, epoch: epoch ?? 0 } : { jti }
  return { name, source, key, envelope, expected: { typ, kid, chain: on, ...counters, payload, leafHash } }
}

const design = 'Brume design, "Envelope"'
const jwk = keys.ed25519
const request = jws(JSON.stringify({ alg: 'EdDSA', typ: 'brume-binding-request', kid: `${device}#1`, chain, iat: 1763733600 }), JSON.stringify({ jwk }))

const acceptedVectors = [
  accepted('EdDSA reading', `${design}; RFC 8037 appendix A key`, good),
  accepted('Ed25519 reading', 'RFC 9864 section 2.2: the fully specified name', jws(header({ alg: 'Ed25519' }))),
  accepted('ES256 reading', 'RFC 7518 section 3.4; RFC 7515 appendix A.3 key', es256, 'p256'),
  accepted('first reading, no prv, no cty, seq 0', design, jws(header({ seq: 0, prv: undefined, cty: undefined }))),
  accepted('largest seq, epoch 3', design, jws(header({ seq: 2 ** 53 - 1, epoch: 3 }))),
  accepted('iat with a fraction', 'RFC 7519 section 2, NumericDate', jws(header({ iat: 1763733600.25 }))),
  accepted('header with white space and another order', 'RFC 7515 section 4', jws(` {"typ": "brume-reading",\n "seq": 7, "kid": "${device}#1", "chain": "${chain}", "alg": "EdDSA", "iat": 1.7637336e9} `)),
  accepted('escaped member name', 'RFC 8259 section 7', jws(header().replace('"seq"', '"\\u0073eq"'))),
  accepted('unknown scalar members, one beyond ASCII', 'RFC 7515 section 4', jws(header({ fw: '1.2', place: 'Härnösand', ok: true, none: null }))),
  accepted('payload of one byte', design, jws(header(), new Uint8Array([0]))),
  accepted('platform binds a device', `${design}, binding`, jws(header({ typ: 'brume-binding' }, control), JSON.stringify({ device, keyNumber: 1, jwk, request }))),
  accepted('platform suspends a device', `${design}, status`, jws(header({}, control), JSON.stringify({ device, status: 'suspended' }))),
]

interface Refused {
  name: string
  source: string
  code: string
  /** The bytes as text, filled up with `A` to `padTo` bytes; or `bytes`, in base64, where they are not ASCII. */
  envelope?: string
  bytes?: string
  padTo?: number
}

const refused = (code: string, name: string, source: string, envelope: string): Refused => ({ name, source, code, envelope })
const refusedReading = (code: string, name: string, changes: Record<string, unknown>, source = design) => refused(code, name, source, jws(header(changes)))
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.')

/** The same bytes with one unused bit set, where the length leaves unused bits. */
function unusedBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)
}

function addOrder(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ed25519.Point.Fn.ORDER
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32)
  return b64(bytes)
}

function highS(envelope: string): string {
  const cut = envelope.lastIndexOf('.') + 1
  const bytes = Buffer.from(envelope.slice(cut), 'base64url')
  const s = p256.Point.Fn.ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').copy(bytes, 32)
  return envelope.slice(0, cut) + b64(bytes)
}

const forbidden = { crit: ['exp'], b64: false, jwk, jku: 'https://example.org/k', x5u: 'https://example.org/c', x5c: ['AA'], x5t: 'AA', 'x5t#S256': 'AA' }

const refusedVectors: Refused[] = [
  { ...refused('too-large', 'one byte more than a tlog-tiles entry holds', 'C2SP tlog-tiles, Log Entries', good), padTo: 65_536 },
  refused('not-compact-jws', 'empty', design, ''),
  refused('not-compact-jws', 'two parts', 'RFC 7515 section 7.1', `${goodHeader}.${goodPayload}`),
  refused('not-compact-jws', 'four parts', 'RFC 7515 section 7.1', `${good}.AA`),
  refused('not-compact-jws', 'detached payload', 'RFC 7515 appendix F', `${goodHeader}..${goodSignature}`),
  refused('not-compact-jws', 'unsecured: no signature', 'RFC 7515 appendix A.5', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.'),
  refused('not-compact-jws', 'JSON serialisation', 'RFC 7515 section 7.2.2', JSON.stringify({ protected: goodHeader, payload: goodPayload, signature: goodSignature })),
  refused('non-canonical-base64url', 'padding', 'RFC 7515 section 2', `${good}==`),
  refused('non-canonical-base64url', 'white space at the end', 'RFC 4648 section 3.3', `${good}\n`),
  refused('non-canonical-base64url', 'white space inside', 'RFC 4648 section 3.3', `${goodHeader}. ${goodPayload}.${goodSignature}`),
  refused('non-canonical-base64url', 'standard alphabet', 'RFC 4648 section 4', `${goodHeader}.+/+/.${goodSignature}`),
  refused('non-canonical-base64url', 'unused bits in the signature', 'RFC 4648 section 3.5', `${goodHeader}.${goodPayload}.${unusedBit(goodSignature)}`),
  refused('non-canonical-base64url', 'unused bits in the payload', 'RFC 4648 section 3.5', `${goodHeader}.AB.${goodSignature}`),
  refused('non-canonical-base64url', 'impossible length', 'RFC 4648 section 4', `${goodHeader}.AAAAA.${goodSignature}`),
  { name: 'byte order mark before the envelope', source: 'RFC 3629 section 6', code: 'non-canonical-base64url', bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(good)]).toString('base64') },
  { name: 'byte beyond ASCII', source: 'RFC 7515 section 7.1', code: 'non-canonical-base64url', bytes: Buffer.from(`${goodHeader}.\u00e9AAA.${goodSignature}`, 'latin1').toString('base64') },
  refused('header-not-json', 'not JSON', design, jws('{"alg":"EdDSA"')),
  refused('header-not-json', 'an array', 'RFC 7515 section 4', jws('["EdDSA"]')),
  refused('header-not-json', 'null', 'RFC 7515 section 4', jws('null')),
  refused('header-not-json', 'not UTF-8', 'RFC 7515 section 5.2', jws(Buffer.from(header({ fw: '\u00e9' }), 'latin1'))),
  refused('header-not-json', 'byte order mark', 'RFC 8259 section 8.1', jws(`\ufeff${header()}`)),
  refused('duplicate-member', 'seq twice', 'RFC 7515 section 4', jws(header().replace('"seq":42', '"seq":42,"seq":43'))),
  refused('duplicate-member', 'the same seq twice', 'RFC 7515 section 4', jws(header().replace('"seq":42', '"seq":42,"seq":42'))),
  refused('duplicate-member', 'the second name escaped', 'RFC 8259 section 7', jws(header().replace('"seq":42', '"seq":42,"\\u0073eq":43'))),
  refused('duplicate-member', 'an object hidden by a later scalar', 'RFC 7515 section 4', jws(header().replace('"seq":42', '"seq":42,"x":{"a":[1]},"x":1'))),
  refused('duplicate-member', 'in a nested object', 'RFC 7493 section 2.3', jws(header().replace('"seq":42', '"seq":42,"x":{"a":1,"a":2}'))),
  refused('member-not-scalar', 'unknown member with an object', design, jws(header({ place: { lat: 1 } }))),
  refused('member-not-scalar', 'unknown member with an array', design, jws(header({ tags: [] }))),
  refused('member-not-scalar', 'deep nesting', design, jws(header().replace('"seq":42', `"seq":42,"x":${'['.repeat(10_000)}${']'.repeat(10_000)}`))),
  ...Object.entries(forbidden).map(([member, value]) => refusedReading('forbidden-member', member, { [member]: value }, 'RFC 7515 section 4.1, RFC 7797, RFC 8725 section 3.10')),
  refusedReading('forbidden-member', 'jti in a reading', { jti: 'a' }),
  refused('forbidden-member', 'seq in a control entry', design, jws(header({ seq: 1 }, control))),
  refusedReading('unsupported-alg', 'none', { alg: 'none' }, 'RFC 8725 section 2.1'),
  refusedReading('unsupported-alg', 'no alg', { alg: undefined }),
  refusedReading('unsupported-alg', 'name of an inherited property', { alg: 'constructor' }),
  refused('unsupported-alg', 'HS256', 'RFC 7515 appendix A.1', 'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
  refused('wrong-typ', 'no typ', 'RFC 8037 appendix A.4', 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'),
  refusedReading('wrong-typ', 'JWT', { typ: 'JWT' }, 'RFC 8725 section 3.11'),
  refusedReading('wrong-typ', 'another case', { typ: 'Brume-Reading' }),
  refusedReading('wrong-typ', 'a request is no entry', { typ: 'brume-binding-request' }),
  refusedReading('wrong-typ', 'a promise is no entry', { typ: 'brume-promise', kid: 'ingest#1' }),
  refusedReading('bad-kid', 'no key number', { kid: device }),
  refusedReading('bad-kid', 'key number 0', { kid: `${device}#0` }),
  refusedReading('bad-kid', 'leading zero', { kid: `${device}#01` }),
  refusedReading('bad-kid', 'upper case', { kid: `${device.toUpperCase()}#1` }),
  refusedReading('bad-kid', 'a reading signed by the platform', { kid: 'platform#1' }),
  refused('bad-kid', 'a control entry signed by a device', design, jws(header({ kid: `${device}#1` }, control))),
  refusedReading('bad-chain', 'none', { chain: undefined }),
  refusedReading('bad-chain', 'not a UUIDv7', { chain: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' }),
  refusedReading('bad-chain', 'upper case', { chain: chain.toUpperCase() }),
  refusedReading('bad-seq', 'none', { seq: undefined }),
  refusedReading('bad-seq', 'negative', { seq: -1 }),
  refusedReading('bad-seq', 'text', { seq: '42' }),
  refusedReading('bad-seq', 'null', { seq: null }),
  refusedReading('bad-seq', '2^53', { seq: 2 ** 53 }, 'RFC 7493 section 2.2'),
  refused('bad-seq', 'rounds to an integer', 'RFC 7493 section 2.2', jws(header().replace('"seq":42', '"seq":9007199254740990.6'))),
  refused('bad-seq', 'written with a fraction', design, jws(header().replace('"seq":42', '"seq":42.0'))),
  refused('bad-seq', 'minus zero', design, jws(header().replace('"seq":42', '"seq":-0'))),
  refusedReading('bad-epoch', 'half', { epoch: 0.5 }),
  refused('bad-epoch', 'written with an exponent', design, jws(header().replace('"seq":42', '"seq":42,"epoch":1e1'))),
  refusedReading('bad-iat', 'none', { iat: undefined }),
  refusedReading('bad-iat', 'text', { iat: '2026-11-21' }, 'RFC 7519 section 2'),
  refusedReading('bad-iat', 'negative', { iat: -1 }),
  refused('bad-iat', 'beyond a double', 'RFC 8259 section 6', jws(header().replace('"iat":1763733600', '"iat":1e999'))),
  refusedReading('bad-prv', 'hexadecimal', { prv: 'ab'.repeat(32) }),
  refusedReading('bad-prv', 'unused bits', { prv: unusedBit(prv) }, 'RFC 4648 section 3.5'),
  refusedReading('bad-cty', 'line break', { cty: 'text/plain\r\nx: y' }),
  refusedReading('bad-cty', 'number', { cty: 1 }),
  refused('bad-jti', 'control entry without one', design, jws(header({ jti: undefined }, control))),
  refused('bad-jti', 'space', design, jws(header({ jti: 'a b' }, control))),
  refused('bad-signature-length', '63 bytes', 'RFC 8032 section 5.1.6', `${goodHeader}.${goodPayload}.${b64(Buffer.from(goodSignature, 'base64url').subarray(1))}`),
  refused('bad-signature-length', 'DER instead of r || s', 'RFC 7518 section 3.4', `${es256.slice(0, es256.lastIndexOf('.'))}.${b64(p256.Signature.fromBytes(Buffer.from(es256.slice(es256.lastIndexOf('.') + 1), 'base64url')).toBytes('der'))}`),
  refused('non-canonical-s', 'S + L', 'RFC 8032 section 5.1.7', `${goodHeader}.${goodPayload}.${addOrder(goodSignature)}`),
  refused('high-s', 'n - s', 'SEC 1 version 2.0 section 4.1.4; Brume design', highS(es256)),
]

const folder = new URL('../../vectors/envelope/', import.meta.url)
const generated = 'Generated file, do not edit. Made by: node --conditions=brume-source tools/vectors/envelope.ts'
const files = {
  'accepted.json': { generated, keys, vectors: acceptedVectors },
  'refused.json': { generated, vectors: refusedVectors },
}

mkdirSync(folder, { recursive: true })
for (const [name, content] of Object.entries(files)) {
  const text = `${JSON.stringify(content, null, 2)}\n`
  const file = new URL(name, folder)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`vectors/envelope/${name} differs from what tools/vectors/envelope.ts makes`)
    process.exitCode = 1
  }
}
