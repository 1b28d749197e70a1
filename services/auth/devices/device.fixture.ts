import { makeKeyEndorsement, makeKeyPossession } from '@brume/envelope'
import { call, deviceKey, type Auth, type TestKey } from '../auth.fixture.ts'

const iat = 1_763_733_600

export async function possession(device: string, number: number, key: TestKey, about = key): Promise<string> {
  return Buffer.from(await makeKeyPossession({ iat, jwk: about.jwk }, await key.signerAs(`${device}#${number}`))).toString()
}

/** By the old key, about the new one. */
export async function endorsement(device: string, oldNumber: number, oldKey: TestKey, newKey: TestKey): Promise<string> {
  return Buffer.from(await makeKeyEndorsement({ iat, jwk: newKey.jwk }, await oldKey.signerAs(`${device}#${oldNumber}`))).toString()
}

export async function registered(auth: Auth, token: string, name = 'buoy') {
  const key = await deviceKey()
  const { body } = await call(auth, 'POST', '/v1/devices', { token, body: { name, jwk: key.jwk } })
  return { id: String(body.id), key }
}
