/**
 * JSON objects of which every parser must read the same: no duplicate member at any depth (RFC 7515 section 4 lets a parser keep the last one, and
 * two parsers that keep different ones disagree about what was signed; RFC 7493 section 2.3), UTF-8 without a byte order mark.
 * `JSON.parse` with a reviver cannot see duplicates; secure-json-parse and json-source-map look at other things.
 */
export interface StrictObject {
  members: Record<string, unknown>
  /**
   * How the numbers of the outermost object were written (`1.0`, `9007199254740991.4`), by member; absent when the text is what JSON.stringify
   * writes, so that each number's text follows from its value.
   */
  numberTexts?: ReadonlyMap<string, string>
}

export type StrictJson = { ok: true; object: StrictObject } | { ok: false; why: 'not-json' } | { ok: false; why: 'duplicate'; member: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function parseStrictJsonBytes(bytes: Uint8Array): StrictJson {
  try {
    return parseStrictJson(utf8.decode(bytes))
  } catch {
    return { ok: false, why: 'not-json' }
  }
}

export function parseStrictJson(text: string): StrictJson {
  const members = parseObject(text)
  if (!members) return { ok: false, why: 'not-json' }
  // Text that JSON.stringify gives back is free of duplicates and its numbers are spelled as JavaScript spells them: the case of every honest device.
  if (isAsWritten(text, members)) return { ok: true, object: { members } }
  const { duplicate, numbers } = scan(text)
  if (duplicate !== undefined) return { ok: false, why: 'duplicate', member: duplicate }
  return { ok: true, object: { members, numberTexts: numbers } }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // An object that is neither null nor an array, fresh from JSON.parse, is a record of its own members.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isAsWritten(text: string, members: Record<string, unknown>): boolean {
  try {
    return JSON.stringify(members) === text
  } catch {
    return false // JSON.stringify recurses and overflows the stack on deep nesting that JSON.parse took; the scan does not recurse.
  }
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|-?\d[\d.eE+-]*/g

interface Scan {
  duplicate?: string
  numbers: Map<string, string>
}

/** Walks the tokens of text that JSON.parse has accepted, so their order need not be checked again. */
function scan(text: string): Scan {
  const open: Set<string>[] = []
  const numbers = new Map<string, string>()
  let lastText = ''
  let member = ''
  for (const [part] of text.matchAll(token)) {
    if (part === '{' || part === '[') open.push(new Set())
    else if (part === '}' || part === ']') open.pop()
    else if (part.startsWith('"')) lastText = part
    else if (part !== ':') {
      if (open.length === 1) numbers.set(member, part)
    } else {
      member = unescape(lastText)
      const seen = open.at(-1)
      if (seen?.has(member)) return { duplicate: member, numbers }
      seen?.add(member)
    }
  }
  return { numbers }
}

/** `"\u0061"` and `"a"` are the same member. */
function unescape(quoted: string): string {
  return String(JSON.parse(quoted))
}
