import { repositoryRoot } from '../repositoryRoot.ts'
import { ChildProcess } from '../childProcess.ts'
import { freePort } from '../freePort.ts'
import { ProcessPart, untilReady } from './processPart.ts'
import { ToxicLink, type LinkOptions } from './toxicLink.ts'
import { toxiproxyProgram } from './toxiproxyProgram.ts'

export interface ToxiproxyOptions {
  /** Of its API; default: any free one. */
  readonly port?: number
}

const READY_LIMIT_MS = 10_000
const CALL_LIMIT_MS = 5_000

/** Toxiproxy between parts: links that can be slow, silent or cut. Kafka clients go around a link unless the broker advertises its port on a listener of its own. */
export class Toxiproxy extends ProcessPart {
  readonly #api: string

  private constructor(process: ChildProcess, api: string) {
    super(process)
    this.#api = api
  }

  static async start({ port }: ToxiproxyOptions = {}): Promise<Toxiproxy> {
    const [program, chosen] = [await toxiproxyProgram(), port ?? (await freePort())]
    const child = await ChildProcess.start({ command: [program, '-host', '127.0.0.1', '-port', String(chosen)], cwd: repositoryRoot(), env: { ...process.env, LOG_LEVEL: 'info' } })
    const toxiproxy = new Toxiproxy(child, `http://127.0.0.1:${chosen}`)
    await untilReady('Toxiproxy', child, async () => (await toxiproxy.#call('GET', '/version')) !== undefined, READY_LIMIT_MS)
    return toxiproxy
  }

  link(options: LinkOptions): Promise<ToxicLink> {
    return ToxicLink.create((method, path, body) => this.#call(method, path, body), options)
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.#api + path, { method, signal: AbortSignal.timeout(CALL_LIMIT_MS), ...(body && { body: JSON.stringify(body) }) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Toxiproxy refuses ${method} ${path}: ${text.trim()}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
