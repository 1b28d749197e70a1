import type { PublicJwk, Signer } from '@brume/envelope'
import { encodeBase64url, makeBindingRequest, signReading } from '@brume/envelope'
import { leafHash } from '@brume/merkle'
import type { BrumeClient } from '../brumeClient.ts'
import type { ProblemDocument } from '../http/problemError.ts'
import { codeOf } from '../http/problemError.ts'
import type { BatchReceipt, ReadingResult } from '../resources.ts'
import type { DeviceState, DeviceStateStore } from './deviceState.ts'
import { freshState } from './deviceState.ts'
import { PromiseChecker } from './promiseChecker.ts'
import { requestsOf } from './requests.ts'

export interface DeviceOptions {
  readonly client: BrumeClient
  /** Its `kid` is `<deviceId>#<key number>`. */
  readonly signer: Signer
  readonly chain: { readonly id: string; readonly ledger: { readonly origin: string } }
  readonly state: DeviceStateStore
  /** The device's own clock, ms since 1970. */
  readonly now: () => number
  /** Shared by devices of one process, so that keys are fetched once. */
  readonly promises?: PromiseChecker
  /** Most readings that wait to be sent (default 10,000). */
  readonly maxUnsent?: number
  /** Most readings of one request (default 1,000). */
  readonly maxPerRequest?: number
}

export interface Payload {
  readonly content: Uint8Array
  /** Media type. */
  readonly cty?: string
  /** Seconds since 1970 (default: by the device's clock). */
  readonly iat?: number
}

export interface Acknowledged {
  readonly envelope: string
  readonly leafHash: string
  /** The checked promise that covers it, compact JWS. */
  readonly promise: string
  readonly acceptedAt: string
  readonly anchorBy: string
}

export interface Unaccepted {
  readonly envelope: string
  readonly problem: ProblemDocument
}

export interface Delivery {
  readonly acknowledged: readonly Acknowledged[]
  /** Will never be accepted; no longer kept. */
  readonly refused: readonly Unaccepted[]
  /** Not now; still unsent. */
  readonly waiting: readonly Unaccepted[]
}

/** The device must send before it can sign more. */
export class UnsentFullError extends Error {
  override readonly name = 'UnsentFullError'
}

/** Problems that no later try can mend. Everything else (suspended, not bound yet, chain stopped) may pass, and a reading is not thrown away for it. */
const final: ReadonlySet<string> = new Set(['malformed-envelope', 'non-canonical-base64url', 'envelope-too-large', 'invalid-signature', 'equivocation', 'device-revoked', 'stale-key'])

/** A device on one chain: signs readings, keeps them until the log has them, and checks what it is promised. */
export class Device {
  readonly #options: DeviceOptions
  readonly #promises: PromiseChecker
  #state: DeviceState
  /** One change of the state after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: DeviceOptions, state: DeviceState) {
    this.#options = options
    this.#state = state
    this.#promises = options.promises ?? new PromiseChecker(() => options.client.publishedKeys())
  }

  static async open(options: DeviceOptions): Promise<Device> {
    return new Device(options, (await options.state.load()) ?? freshState)
  }

  get unsent(): readonly string[] {
    return this.#state.unsent
  }

  /** For `BrumeClient.bindDevice`: shows that the device holds its key. `jwk`: the public part of that key. */
  async bindingRequest(jwk: PublicJwk): Promise<string> {
    const { chain, signer, now } = this.#options
    return textOf(await makeBindingRequest({ chain: chain.id, iat: Math.floor(now() / 1_000), jwk }, signer))
  }

  /** Signs readings in order and keeps them. Once it returns they survive a crash, as far as the state store does. */
  sign(payloads: readonly Payload[]): Promise<readonly string[]> {
    return this.#inTurn(() => this.#signNow(payloads))
  }

  /** Sends what is unsent, once. Throws when no answer comes; then everything without a checked promise stays unsent. */
  send(): Promise<Delivery> {
    return this.#inTurn(() => this.#sendNow())
  }

  async #signNow(payloads: readonly Payload[]): Promise<string[]> {
    const { maxUnsent = 10_000, state } = this.#options
    if (this.#state.unsent.length + payloads.length > maxUnsent) throw new UnsentFullError(`at most ${maxUnsent} readings wait to be sent`)
    let { nextSeq, prv } = this.#state
    const signed: string[] = []
    for (const payload of payloads) {
      const envelope = await this.#signOne(payload, nextSeq, prv)
      nextSeq += 1
      prv = encodeBase64url(leafHash(envelope))
      signed.push(textOf(envelope))
    }
    const next = { ...this.#state, nextSeq, prv, unsent: [...this.#state.unsent, ...signed] }
    // Before anything leaves the device: a seq that was sent and forgotten would be used again.
    await state.save(next)
    this.#state = next
    return signed
  }

  #signOne({ content, cty, iat }: Payload, seq: number, prv: string | undefined): Promise<Uint8Array> {
    const { chain, signer, now } = this.#options
    return signReading({ chain: chain.id, seq, epoch: this.#state.epoch, iat: iat ?? Math.floor(now() / 1_000), prv, cty }, content, signer)
  }

  async #sendNow(): Promise<Delivery> {
    const delivery = { acknowledged: new Array<Acknowledged>(), refused: new Array<Unaccepted>(), waiting: new Array<Unaccepted>() }
    for (const request of requestsOf(this.#state.unsent, this.#options.maxPerRequest)) {
      const part = await this.#sendRequest(request)
      delivery.acknowledged.push(...part.acknowledged)
      delivery.refused.push(...part.refused)
      delivery.waiting.push(...part.waiting)
    }
    return delivery
  }

  async #sendRequest(request: readonly string[]): Promise<Delivery> {
    const part = await this.#judge(request, await this.#options.client.sendReadings(request))
    const settled = new Set([...part.acknowledged, ...part.refused].map(({ envelope }) => envelope))
    const next = { ...this.#state, unsent: this.#state.unsent.filter((envelope) => !settled.has(envelope)) }
    await this.#options.state.save(next)
    this.#state = next
    return part
  }

  async #judge(request: readonly string[], { results, promises }: BatchReceipt): Promise<Delivery> {
    const pairs = request.map((envelope, at) => ({ envelope, result: results[at] }))
    const unaccepted = pairs.flatMap(({ envelope, result }) => (result && 'problem' in result ? [{ envelope, problem: result.problem }] : []))
    const covered = promises.map((promise, at) => this.#checkPromise(promise, pairs.filter(({ result }) => isCoveredBy(result, at)).map(({ envelope }) => envelope)))
    return {
      acknowledged: (await Promise.all(covered)).flat(),
      refused: unaccepted.filter(({ problem }) => final.has(codeOf(problem))),
      waiting: unaccepted.filter(({ problem }) => !final.has(codeOf(problem))),
    }
  }

  async #checkPromise(promise: string, envelopes: readonly string[]): Promise<Acknowledged[]> {
    const leaves = envelopes.map((envelope) => ({ envelope, leafHash: encodeBase64url(leafHash(new TextEncoder().encode(envelope))) }))
    const { acceptedAt, anchorBy } = await this.#promises.check(promise, { origin: this.#options.chain.ledger.origin, leafHashes: leaves.map((leaf) => leaf.leafHash) })
    return leaves.map((leaf) => ({ ...leaf, promise, acceptedAt, anchorBy }))
  }

  /** Two at once would give two readings one `seq`. A turn that failed does not stop the next one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function isCoveredBy(result: ReadingResult | undefined, promise: number): boolean {
  return result !== undefined && 'promise' in result && result.promise === promise
}

function textOf(ascii: Uint8Array): string {
  return new TextDecoder().decode(ascii)
}
