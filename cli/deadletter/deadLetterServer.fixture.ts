import { createServer } from 'node:http'
import type { DeadLetter } from '@brume/client'

export const OPERATOR_TOKEN = 'operator-token-of-these-tests'

interface Answer {
  readonly status: number
  readonly body: object
}

/** Answers as the routes of dead letters do, two letters a page; `refuse` names letters that cannot be replayed. */
export class DeadLetterServer implements AsyncDisposable {
  readonly letters: DeadLetter[]
  readonly refuse = new Set<string>()
  private readonly server = createServer((request, response) => {
    const { status, body } = this.answer(request.method ?? '', new URL(request.url ?? '/', 'http://server'), request.headers.authorization)
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }).end(JSON.stringify(body))
  })

  private constructor(letters: DeadLetter[]) {
    this.letters = letters
  }

  static async start(...letters: DeadLetter[]): Promise<DeadLetterServer> {
    const started = new DeadLetterServer(letters)
    await new Promise<void>((listening) => started.server.listen(0, '127.0.0.1', listening))
    return started
  }

  get url(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((closed) => this.server.close(closed))
  }

  private answer(method: string, { pathname, searchParams }: URL, authorization: string | undefined): Answer {
    if (authorization !== `Bearer ${OPERATOR_TOKEN}`) return problem(403, 'operator-only')
    if (method === 'GET' && pathname === '/v1/dead-letters') return this.page(searchParams)
    return this.replay(/^\/v1\/dead-letters\/(.+)\/replay$/.exec(pathname)?.[1] ?? '')
  }

  private page(query: URLSearchParams): Answer {
    const [topic, state, from] = [query.get('topic'), query.get('state'), Number(query.get('cursor') ?? 0)]
    const chosen = this.letters.filter((letter) => (topic === null || letter.topic === topic) && (state === null || letter.state === state))
    return { status: 200, body: { items: chosen.slice(from, from + 2), next: from + 2 < chosen.length ? String(from + 2) : null, complete: true } }
  }

  private replay(id: string): Answer {
    const at = this.letters.findIndex((letter) => letter.id === id)
    const letter = this.letters[at]
    if (letter === undefined) return problem(404, 'dead-letter-not-found')
    if (this.refuse.has(id)) return problem(409, 'dead-letter-not-replayable')
    const replayed: DeadLetter = { ...letter, state: 'replayed', replayedAs: `${letter.topic}.0.${letter.offset + 100}` }
    this.letters[at] = replayed
    return { status: 200, body: replayed }
  }
}

function problem(status: number, code: string): Answer {
  return { status, body: { type: `/problems/${code}`, title: code, status } }
}

export function letterOf(topic: string, offset: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return { id: `${topic}.0.${offset}`, topic, partition: 0, offset, key: 'a key', reason: 'not JSON', time: '2026-01-02T03:04:05.678Z', bytes: 8, state: 'open', replayedAs: null, ...more }
}
