// A device without any library of Brume: node docs/device.mjs CHAIN_ID [URL] [TOKEN_FILE]
// It makes a key, is registered and bound (the two calls that need the tenant's token), and sends one signed reading (which needs none).
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [chain, url = 'http://127.0.0.1:8080', tokenFile = 'data/tenant.token'] = process.argv.slice(2)
const token = readFileSync(tokenFile, 'utf8').trim()
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const { kty, crv, x } = publicKey.export({ format: 'jwk' })

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** JWS in compact form (RFC 7515): the signature covers the text before the second dot. */
function jws(header, payload) {
  const input = `${base64url({ alg: 'EdDSA', ...header })}.${base64url(payload)}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

/** The services hear of each other a moment later: what is not known yet is asked again, for at most three seconds. */
async function call(method, path, type, body, headers = {}, triesLeft = 30) {
  const options = { method, headers: { 'content-type': type, ...headers }, body }
  const response = await fetch(url + path, options)
  const answer = await response.json()
  if (response.ok) return answer
  const isNotYetKnown = ['/problems/device-not-found', '/problems/unknown-device'].includes(answer.type)
  if (!isNotYetKnown || triesLeft === 0) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return call(method, path, type, body, headers, triesLeft - 1)
}

const asTenant = (method, path, body) => call(method, path, 'application/json', JSON.stringify(body), { authorization: `Bearer ${token}` })

const device = await asTenant('POST', '/v1/devices', { name: 'fridge', jwk: { kty, crv, x } })
const header = { kid: `${device.id}#1`, chain, iat: Math.floor(Date.now() / 1000) }
const request = jws({ typ: 'brume-binding-request', ...header }, { jwk: { kty, crv, x } })
console.log('bound', await asTenant('PUT', `/v1/chains/${chain}/devices/${device.id}`, { request }))

const reading = jws({ typ: 'brume-reading', ...header, seq: 0, cty: 'application/senml+json' }, [{ n: 'temperature', u: 'Cel', v: 4.2 }])
console.log('accepted', await call('POST', '/v1/readings', 'application/jose', reading))
