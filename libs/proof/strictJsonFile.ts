/** Why a file cannot be used at all; a file that can be used and is wrong is another thing (a refused verdict). */
export type FileProblem = 'too-large' | 'not-utf-8' | 'not-json' | 'duplicate-member' | 'unknown-format' | 'malformed'

export type FileResult<T> = { ok: true; value: T } | { ok: false; problem: FileProblem; /** One plain sentence for a person. */ detail: string }

/** What zod's `safeParse` answers, as far as it is needed here. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }
}

interface FileForm<T> {
  format: string
  maxBytes: number
  schema: Schema<T>
}

/** A byte order mark is kept, so that JSON.parse refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A JSON file of one format, read so that no two parsers see different things in it: UTF-8, no duplicate members (RFC 8259 section 4), none unknown. */
export function readStrictJson<T>(bytes: Uint8Array, { format, maxBytes, schema }: FileForm<T>): FileResult<T> {
  if (bytes.length > maxBytes) return unusable('too-large', `the file has more than ${maxBytes} bytes`)
  const text = decode(bytes)
  if (text === undefined) return unusable('not-utf-8', 'the file is not UTF-8')
  const value = parse(text)
  if (value === undefined) return unusable('not-json', 'the file is not JSON')
  if (formatOf(value) !== format) return unusable('unknown-format', `"format" is not "${format}"`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) return unusable('malformed', issueText(parsed.error.issues))
  // After the schema, which bounds the depth: the count recurses.
  return hasDuplicates(text, value) ? unusable('duplicate-member', 'an object in the file has two members of one name') : { ok: true, value: parsed.data }
}

function unusable(problem: FileProblem, detail: string): { ok: false; problem: FileProblem; detail: string } {
  return { ok: false, problem, detail }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function formatOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined
}

function issueText([issue]: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  return issue ? `${issue.path.join('.') || 'the file'}: ${issue.message}` : 'the file has another form'
}

const stringLiteral = /"[^"\\]*(?:\\.[^"\\]*)*"/g

/** JSON.parse keeps the last of two members, so the text has more colons outside of strings than the value has members. */
function hasDuplicates(text: string, value: unknown): boolean {
  return text.replaceAll(stringLiteral, '').split(':').length - 1 !== countMembers(value)
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const children: unknown[] = Object.values(value)
  return children.reduce<number>((count, child) => count + countMembers(child), Array.isArray(value) ? 0 : children.length)
}
