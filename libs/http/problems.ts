import { STATUS_CODES } from 'node:http'

/** One kind of problem that a service answers with. `whatToDo` is for the person whose client got it. */
export interface ProblemRow {
  readonly status: number
  readonly title: string
  readonly whatToDo: string
}

export interface ProblemKind extends ProblemRow {
  readonly code: string
  readonly service: string
}

/** RFC 9457 section 3.1, and extension members (section 3.2). */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly [extension: string]: unknown
}

export interface ProblemExtras {
  /** Members beside the five of RFC 9457, such as `issues`. */
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** Logged, never sent. */
  readonly cause?: unknown
}

/** Thrown where a request cannot be answered; the filter makes `application/problem+json` of it. `detail` is sent to the client. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly extensions: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(kind: ProblemKind, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? kind.title, { cause: extras.cause })
    this.name = 'Problem'
    this.kind = kind
    this.detail = detail
    this.extensions = extras.extensions ?? {}
    this.headers = extras.headers ?? {}
  }

  /** Also the form of a single item's result within a batch, then without `instance`. */
  body(instance?: string): ProblemBody {
    const { code, title, status } = this.kind
    const named = { type: `/problems/${code}`, title, status }
    return { ...this.extensions, ...named, ...(this.detail !== undefined && { detail: this.detail }), ...(instance !== undefined && { instance }) }
  }
}

/** A service's problems, each by its code. */
export interface ProblemTable<Code extends string = string> {
  readonly service: string
  readonly kinds: Readonly<Record<Code, ProblemKind>>
  /** `throw ingestProblems.problem('unknown-device', 'No device …')` */
  problem(code: Code, detail?: string, extras?: ProblemExtras): Problem
}

const codePattern = /^[a-z]+(?:-[a-z0-9]+)*$/

/** The one table of a service's problems. `/problems/{code}`, docs/problems.md and OpenAPI are made from it. */
export function defineProblems<Code extends string>(service: string, rows: Readonly<Record<Code, ProblemRow>>): ProblemTable<Code> {
  const entries = Object.entries<ProblemRow>(rows).map(([code, row]) => [code, kindOf(service, code, row)])
  // Object.fromEntries forgets the keys, which are those of `rows`.
  const kinds = Object.freeze(Object.fromEntries(entries)) as Record<Code, ProblemKind>
  return { service, kinds, problem: (code, detail, extras) => new Problem(kinds[code], detail, extras) }
}

function kindOf(service: string, code: string, row: ProblemRow): ProblemKind {
  if (!codePattern.test(code)) throw new Error(`problem code ${JSON.stringify(code)} must be lower-case words with hyphens: it is part of a path`)
  if (row.status < 400 || STATUS_CODES[row.status] === undefined) throw new Error(`problem ${code} has status ${row.status}`)
  return Object.freeze({ ...row, code, service })
}

/** All kinds of several tables by code; a code that stands in two tables would be explained wrongly by one of them. */
export function kindsByCode(tables: readonly ProblemTable[]): ReadonlyMap<string, ProblemKind> {
  const kinds = new Map<string, ProblemKind>()
  for (const kind of tables.flatMap((table) => Object.values(table.kinds))) {
    const other = kinds.get(kind.code)
    if (other !== undefined && other !== kind) throw new Error(`problem ${kind.code} is defined by ${other.service} and by ${kind.service}`)
    kinds.set(kind.code, kind)
  }
  return kinds
}
