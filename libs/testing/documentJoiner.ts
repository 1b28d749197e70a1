import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { joinMetrics, joinOpenApi } from './joinedDocuments.ts'
import { serviceNames, type ReplicaUrls, type ServiceName } from './servicePaths.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Longest that one service may take, ms. */
const LIMIT_MS = 10_000

/**
 * Answers for what no single service has all of. One replica of each service is asked, the first that answers, and their documents become one; of metrics
 * each replica has its own, so all are asked and those that are down are left out.
 */
export class DocumentJoiner {
  readonly #replicas: ReplicaUrls
  readonly #joined: Readonly<Record<string, (path: string) => Promise<Answer>>> = {
    '/openapi.json': (path) => this.#joinServices(path, joinOpenApi),
    '/livez': (path) => this.#joinServices(path, ([first = '']) => first),
    '/readyz': (path) => this.#joinServices(path, ([first = '']) => first),
    '/metrics': () => this.#metrics(),
  }

  constructor(replicas: ReplicaUrls) {
    this.#replicas = replicas
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?')
    const join = this.#joined[path]
    reply(response, await (join === undefined ? this.#firstKnown(request) : join(path)))
  }

  async #joinServices(path: string, join: (texts: readonly string[]) => string): Promise<Answer> {
    const answers = await Promise.all(serviceNames.map((service) => this.#askService(service, path)))
    const refusal = answers.find(({ status }) => status !== 200)
    return refusal ?? { ...firstOf(answers), body: Buffer.from(join(answers.map(({ body }) => body.toString()))) }
  }

  async #metrics(): Promise<Answer> {
    const asked = serviceNames.flatMap((service) => this.#replicas[service].map(async (url, index) => ({ replica: `${service}-${index}`, answer: await ask(`${url}/metrics`) })))
    const answers = (await Promise.allSettled(asked)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const text = joinMetrics(answers.map(({ replica, answer }) => ({ replica, text: answer.body.toString() })))
    return { ...firstOf(answers).answer, body: Buffer.from(text) }
  }

  /** Problems are explained by the service that answers with them: the first that knows the path. */
  async #firstKnown({ url = '/', method = 'GET', headers }: IncomingMessage): Promise<Answer> {
    const answers = await Promise.all(serviceNames.map((service) => this.#askService(service, url, { method, accept: headers.accept })))
    return answers.find(({ status }) => status !== 404) ?? firstOf(answers)
  }

  async #askService(service: ServiceName, path: string, how: Asking = {}): Promise<Answer> {
    let why: unknown
    for (const url of this.#replicas[service]) {
      try {
        return await ask(url + path, how)
      } catch (error) {
        why = error
      }
    }
    throw new Error(`no replica of ${service} answers`, { cause: why })
  }
}

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('no service answers')
  return first
}

interface Asking {
  readonly method?: string
  readonly accept?: string | undefined
}

function ask(url: string, { method = 'GET', accept = 'application/json, text/plain' }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers: { accept }, signal: AbortSignal.timeout(LIMIT_MS) }, (message) => {
      const pieces: Buffer[] = []
      message.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject)
      message.once('end', () => resolve({ status: message.statusCode ?? 502, headers: message.headers, body: Buffer.concat(pieces) }))
    }).once('error', reject).end()
  })
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  // Of that hop only (RFC 9110 section 7.6.1), or no longer true.
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, 'keep-alive': ____, ...kept } = headers
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body)
}

/** For a router whose services do not answer. */
export function badGateway(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(502, { 'content-type': 'text/plain' }).end(`${error instanceof Error ? error.message : String(error)}\n`)
}
