import type { Response } from 'k6/http'

/** What became of one request, as far as its record needs it. */
export interface Answer {
  /** 0: none came. */
  readonly status: number
  /** `Server-Timing`. */
  readonly timing: string
  /** Type of the problem document, or what went wrong on the way; empty where all went well. */
  readonly problem: string
}

export function answerOf({ status, error, headers, body }: Response): Answer {
  return { status, timing: headers['Server-Timing'] ?? '', problem: problemOf(status, error, body ?? '') }
}

/** As one, where a request needs several: the last one's outcome, the times of all. */
export function joined(answers: readonly Answer[]): Answer {
  const last = answers[answers.length - 1]
  if (last === undefined) throw new RangeError('no answers')
  return { ...last, timing: answers.map(({ timing }) => timing).filter((timing) => timing !== '').join(', ') }
}

export function isAccepted({ status, problem }: Answer): boolean {
  return status >= 200 && status < 300 && problem === ''
}

function problemOf(status: number, error: string, body: string): string {
  if (status === 0) return error === '' ? 'no answer' : error
  if (status >= 300) return typeOf(body) ?? `status ${status}`
  // Of a batch, some may be refused: one is enough for the whole request not to count as accepted.
  return body.includes('"problem":') ? (/"problem":\{.*?"type":"([^"]*)"/.exec(body)?.[1] ?? 'a reading was refused') : ''
}

function typeOf(body: string): string | undefined {
  try {
    const { type }: { type?: unknown } = JSON.parse(body)
    return typeof type === 'string' ? type : undefined
  } catch {
    return undefined // not of Brume: a proxy on the way
  }
}
