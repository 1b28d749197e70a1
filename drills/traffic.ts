import { signReading, type Signer } from '@brume/envelope'
import { leafHash } from '@brume/merkle'

/** A reading that was acknowledged: from here on it must be in the ledger. */
export interface Acknowledged {
  leafHash: string
  promise: string
}

export interface SendingDevice {
  chain: string
  signer: Signer
}

const PAUSE_MS = 15
const RETRY_MS = 100
const ATTEMPT_LIMIT_MS = 5_000

/**
 * A device that never gives up: it sends its next readings, and the same bytes again until they are acknowledged, whatever happens to
 * the platform meanwhile.
 */
export class Traffic {
  readonly acknowledged: Acknowledged[] = []
  /** Answers that a correct device must never get. */
  readonly wrong: string[] = []
  private seq = 0
  private running = true
  private readonly done: Promise<void>

  constructor(private readonly url: () => string, private readonly device: SendingDevice) {
    this.done = this.run()
  }

  /** Resolves once everything that was sent is acknowledged. */
  async stop(): Promise<void> {
    this.running = false
    await this.done
  }

  private async run(): Promise<void> {
    while (this.running) {
      await this.deliver(await this.sign(1 + (this.seq % 7)))
      await pause(PAUSE_MS)
    }
  }

  private sign(count: number): Promise<Uint8Array[]> {
    return Promise.all(Array.from({ length: count }, () => {
      const seq = this.seq++
      return signReading({ chain: this.device.chain, seq, iat: 1_700_000_000 + seq, cty: 'application/senml+json' }, Buffer.from(JSON.stringify([{ n: 'temperature', u: 'Cel', v: seq % 40 }])), this.device.signer)
    }))
  }

  private async deliver(readings: Uint8Array[]): Promise<void> {
    const body = JSON.stringify({ readings: readings.map((reading) => Buffer.from(reading).toString()) })
    while (!(await this.attempt(readings, body))) await pause(RETRY_MS)
  }

  private async attempt(readings: Uint8Array[], body: string): Promise<boolean> {
    try {
      const response = await fetch(`${this.url()}/v1/readings`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(ATTEMPT_LIMIT_MS) })
      const answer: any = await response.json() // checked member by member
      if (response.status >= 500) return false
      return this.take(readings, response.status, answer)
    } catch {
      return false // killed in the middle: the device has heard nothing and sends again
    }
  }

  private take(readings: Uint8Array[], status: number, answer: any): boolean {
    if (status !== 202) {
      this.wrong.push(`${status} ${JSON.stringify(answer)}`)
      return true
    }
    readings.forEach((reading, i) => {
      const { status: itemStatus, leafHash: hash, promise } = answer.results[i]
      const expected = Buffer.from(leafHash(reading)).toString('base64url')
      if (itemStatus === 202 && hash === expected) this.acknowledged.push({ leafHash: hash, promise: answer.promises[promise] })
      else this.wrong.push(JSON.stringify(answer.results[i]))
    })
    return true
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
