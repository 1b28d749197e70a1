/** Cost of parsing one reading, in µs. Run: `node --conditions=brume-source libs/envelope/parse.bench.ts`. */
import { parseEntry, parsePublicJwk, parseReading, signerFromPrivateJwk, signReading } from './index.ts'

const rounds = 200_000
const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' } as const
const chain = '0199c0de-0000-7000-8000-000000000001'
const signer = await signerFromPrivateJwk(jwk, '0199c0de-0000-7000-8000-0000000000d1#1')
const header = { chain, seq: 12_345, iat: 1_763_732_000, prv: 'A'.repeat(43), cty: 'application/senml+json' }
const envelope = await signReading(header, new Uint8Array(150).fill(0x61), signer)

function measure(name: string, run: () => void, times = rounds): void {
  for (let i = 0; i < times / 4; i++) run()
  const start = performance.now()
  for (let i = 0; i < times; i++) run()
  console.log(`${name}\t${(((performance.now() - start) / times) * 1000).toFixed(2)} µs\t${envelope.length} bytes`)
}

measure('parseReading', () => parseReading(envelope))
measure('parseEntry', () => parseEntry(envelope))
measure('parsePublicJwk', () => parsePublicJwk({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }), 500)
