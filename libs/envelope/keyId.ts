/** Whose key signed: the `kid` of a protected header, `<deviceId>#<n>`, `platform#<n>` or `ingest#<n>`. */
export type KeyId = DeviceKeyId | PlatformKeyId | IngestKeyId

export interface DeviceKeyId {
  kind: 'device'
  deviceId: string
  /** Counted from 1 per device; at most 999,999,999, so that it fits any database's 32-bit integer. */
  keyNumber: number
}
export interface PlatformKeyId {
  kind: 'platform'
  keyNumber: number
}
export interface IngestKeyId {
  kind: 'ingest'
  keyNumber: number
}

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const number = /^[1-9][0-9]{0,8}$/

/** RFC 9562 section 5.7, lower case only: ids are compared as text. */
export function isUuidv7(value: unknown): value is string {
  return typeof value === 'string' && uuidv7.test(value)
}

export function isKeyNumber(value: unknown): value is number {
  return typeof value === 'number' && number.test(String(value))
}

export function parseKeyId(kid: unknown): KeyId | undefined {
  if (typeof kid !== 'string') return undefined
  const hash = kid.indexOf('#')
  const digits = kid.slice(hash + 1)
  if (hash < 0 || !number.test(digits)) return undefined
  return keyIdOf(kid.slice(0, hash), Number(digits))
}

function keyIdOf(owner: string, keyNumber: number): KeyId | undefined {
  if (owner === 'platform' || owner === 'ingest') return { kind: owner, keyNumber }
  return uuidv7.test(owner) ? { kind: 'device', deviceId: owner, keyNumber } : undefined
}

export function formatKeyId(id: KeyId): string {
  return `${id.kind === 'device' ? id.deviceId : id.kind}#${id.keyNumber}`
}
