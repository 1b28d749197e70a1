/** A request to Toxiproxy's API; throws what it refuses. */
export type AskToxiproxy = (method: string, path: string, body?: object) => Promise<unknown>

export interface LinkOptions {
  readonly name: string
  /** `host:port` behind it. */
  readonly upstream: string
  /** Where it listens on the loopback address; default: any free port. */
  readonly port?: number
}

type Toxic = Readonly<{ type: string; attributes: Readonly<Record<string, number>> }>

/** One proxied connection between two parts, which can be made bad. What is bad holds for open connections too, both ways, until `heal`. */
export class ToxicLink {
  readonly name: string
  readonly port: number
  readonly #ask: AskToxiproxy

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
    return this.#both({ type: 'latency', attributes: { latency: ms, jitter: jitterMs } })
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
    await this.enable()
  }

  async remove(): Promise<void> {
    await this.#ask('DELETE', `/proxies/${this.name}`)
  }

  async #both(toxic: Toxic): Promise<void> {
    for (const stream of ['upstream', 'downstream']) await this.#ask('POST', `/proxies/${this.name}/toxics`, { ...toxic, stream })
  }
}
