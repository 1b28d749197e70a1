import type { Checked } from './refusal.ts'
import { refuse } from './refusal.ts'
import { parseStrictJsonBytes } from './strictJson.ts'

const utf8 = new TextEncoder()

export function encodeJson(value: object): Uint8Array {
  return utf8.encode(JSON.stringify(value))
}

/** A payload of Brume's own types: a JSON object with all of `required`, perhaps some of `optional`, and nothing that a verifier would overlook. */
export function parseJsonPayload(bytes: Uint8Array, required: readonly string[], optional: readonly string[] = []): Checked<Record<string, unknown>> {
  const json = parseStrictJsonBytes(bytes)
  if (!json.ok) return refuse('bad-payload', json.why === 'duplicate' ? `the payload has two members ${JSON.stringify(json.member)}` : 'the payload is not a JSON object')
  const { members } = json.object
  const missing = required.find((member) => !Object.hasOwn(members, member))
  if (missing) return refuse('bad-payload', `the payload has no ${missing}`)
  const unknown = Object.keys(members).find((member) => !required.includes(member) && !optional.includes(member))
  return unknown === undefined ? { ok: true, value: members } : refuse('bad-payload', `the payload has an unknown member ${JSON.stringify(unknown)}`)
}
