import { ProblemError, type BrumeClient, type EntryResource } from '@brume/client'
import { setTimeout as pause } from 'node:timers/promises'
import { signed, type BoundDevice } from '../../bench/site/boundDevice.ts'

/** How long a system may need to make up for what it was sent. */
const LIMIT_MS = 180_000
const LOOK_EVERY_MS = 25

/**
 * A reading that is sent when all others have been answered: the chain's partition of the log keeps its order, and so does everything after it. Where the
 * milestone is, there is all that was promised before: no count of readings has to be kept, and none is wrong when a request was cut off.
 */
export class Milestone {
  readonly #client: BrumeClient
  readonly #device: BoundDevice
  readonly #signal: AbortSignal

  /** @param device sends nothing else */
  constructor(client: BrumeClient, device: BoundDevice, signal: AbortSignal) {
    this.#client = client
    this.#device = device
    this.#signal = signal
  }

  /** All that was promised until now is in the ledger. */
  async untilSequenced(): Promise<void> {
    await this.#until('in the ledger', () => true)
  }

  /** All that was promised until now is in a final block, and its evidence stored. */
  async untilFinal(): Promise<void> {
    await this.#until('in a final block', ({ state }) => state === 'anchored')
  }

  async #until(where: string, isThere: (entry: EntryResource) => boolean): Promise<void> {
    const leafHash = await this.#send()
    for (const endMs = performance.now() + LIMIT_MS; ;) {
      const entry = await this.#entry(leafHash)
      if (entry !== undefined && isThere(entry)) return
      if (performance.now() > endMs) throw new Error(`what was promised is not ${where} after ${LIMIT_MS / 1_000} s`)
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal })
    }
  }

  async #send(): Promise<string> {
    this.#signal.throwIfAborted()
    const [reading] = signed(this.#device, 1)
    const { leafHash } = await this.#client.sendReading(Buffer.from(reading?.envelope ?? '', 'latin1'))
    return leafHash
  }

  async #entry(leafHash: string): Promise<EntryResource | undefined> {
    try {
      return await this.#client.entry(this.#device.chainId, leafHash)
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'reading-not-found') return undefined
      throw error
    }
  }
}
