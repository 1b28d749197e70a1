/** A request to Toxiproxy's API; throws what it refuses. */
export type AskToxiproxy = (method: string, path: string, body?: object) => Promise<unknown>

export interface LinkOptions {
  readonly name: string
  /** `host:port` behind it. */
  readonly upstream: string
  /** Where it listens on the loopback address; default: any free port. */
  readonly port?: number
}

/** Whole ms. Each piece of data is held back for so long, each way by itself; the order stays. */
export interface LinkDelay {
  readonly upMs: number
  readonly downMs: number
  /** Each way up to so much less or more: one of the whole ms from −jitter to jitter − 1, so its mean is half a ms below the delay (Toxiproxy 2.12, toxics/latency.go). */
  readonly jitterMs?: number
}

type Toxic = Readonly<{ type: string; attributes: Readonly<Record<string, number>> }>

const noDelay: LinkDelay = { upMs: 0, downMs: 0 }
/** Longer than anything waits. */
const HELD_MS = 3_600_000

/** One proxied connection between two parts, which can be made bad. What is bad holds for open connections too, both ways, until `heal`. */
export class ToxicLink {
  readonly name: string
  readonly port: number
  readonly #ask: AskToxiproxy
  #delay = noDelay
  /** Its latency toxics are there: from now on they are changed. */
  #delayed = false

  private constructor(name: string, port: number, ask: AskToxiproxy) {
    this.name = name
    this.port = port
    this.#ask = ask
  }

  static async create(ask: AskToxiproxy, { name, upstream, port = 0 }: LinkOptions): Promise<ToxicLink> {
    const made = await ask('POST', '/proxies', { name, upstream, listen: `127.0.0.1:${port}`, enabled: true })
    const listen = typeof made === 'object' && made !== null && 'listen' in made ? String(made.listen) : ''
    return new ToxicLink(name, Number(/:(\d+)$/.exec(listen)?.[1]), ask)
  }

  /** `host:port` for whoever shall go through it. */
  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Cuts every connection, and refuses new ones until `enable`. */
  async disable(): Promise<void> {
    await this.#ask('POST', `/proxies/${this.name}`, { enabled: false })
  }

  async enable(): Promise<void> {
    await this.#ask('POST', `/proxies/${this.name}`, { enabled: true })
  }

  /** Whole ms each way, so a round trip takes twice as much longer. The TCP handshake is not delayed. */
  latency(ms: number, jitterMs = 0): Promise<void> {
    return this.delay({ upMs: ms, downMs: ms, jitterMs })
  }

  /** Instead of the delay before, for open connections too. The TCP handshake is not delayed. */
  async delay(delay: LinkDelay): Promise<void> {
    await this.#holdBack(delay)
    this.#delay = delay
  }

  /** Nothing gets through until `release`, connections stay, and nothing is lost: TCP over a radio link that is interrupted. */
  hold(): Promise<void> {
    return this.#holdBack({ upMs: HELD_MS, downMs: HELD_MS })
  }

  /** What was held back arrives now; the delay is the one before. */
  release(): Promise<void> {
    return this.#holdBack(this.#delay)
  }

  /** Nothing gets through any more, and nobody is told: a cable that is pulled. */
  silence(): Promise<void> {
    return this.#both({ type: 'timeout', attributes: { timeout: 0 } })
  }

  /** Every connection is ended with a TCP reset after so long, new ones too. */
  reset(afterMs = 0): Promise<void> {
    return this.#both({ type: 'reset_peer', attributes: { timeout: afterMs } })
  }

  /** As at the start: enabled, and nothing in the way. */
  async heal(): Promise<void> {
    const { toxics } = (await this.#ask('GET', `/proxies/${this.name}`)) as { toxics: { name: string }[] } // its documented form
    for (const toxic of toxics) await this.#ask('DELETE', `/proxies/${this.name}/toxics/${toxic.name}`)
    this.#delay = noDelay
    this.#delayed = false
    await this.enable()
  }

  async remove(): Promise<void> {
    await this.#ask('DELETE', `/proxies/${this.name}`)
  }

  /** A toxic that is changed lets go of what it holds back; one that is removed lets it go too, but only then can it be made anew. */
  async #holdBack({ upMs, downMs, jitterMs = 0 }: LinkDelay): Promise<void> {
    for (const [stream, latency] of [['upstream', upMs], ['downstream', downMs]] as const) {
      const attributes = { latency, jitter: jitterMs }
      if (this.#delayed) await this.#ask('POST', `/proxies/${this.name}/toxics/latency_${stream}`, { attributes })
      else await this.#ask('POST', `/proxies/${this.name}/toxics`, { type: 'latency', stream, attributes })
    }
    this.#delayed = true
  }

  async #both(toxic: Toxic): Promise<void> {
    for (const stream of ['upstream', 'downstream']) await this.#ask('POST', `/proxies/${this.name}/toxics`, { ...toxic, stream })
  }
}
