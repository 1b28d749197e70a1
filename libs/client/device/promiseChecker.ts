import type { IngestPromise, PublicJwk } from '@brume/envelope'
import { formatKeyId, parsePromise, parsePublicJwk, verifyPromise } from '@brume/envelope'
import type { PublishedKey } from '../resources.ts'

/** A receipt that does not stand up to checking. The reading stays unsent: without a promise nobody owes anything. */
export class BadPromiseError extends Error {
  override readonly name = 'BadPromiseError'
}

export interface ExpectedPromise {
  /** Of the ledger, from the chain's resource. */
  readonly origin: string
  /** Computed from the envelopes, never taken from the answer. */
  readonly leafHashes: readonly string[]
}

/** Ingest's published keys, asked for when a `kid` is new. */
export type PromiseKeys = () => Promise<readonly PublishedKey[]>

/** Checks promises against ingest's published keys. */
export class PromiseChecker {
  readonly #fetchKeys: PromiseKeys
  #keys = new Map<string, PublicJwk>()

  constructor(fetchKeys: PromiseKeys) {
    this.#fetchKeys = fetchKeys
  }

  /** The content, when ingest's key signed it for this ledger and it covers every leaf hash. Throws `BadPromiseError`. */
  async check(jws: string, expected: ExpectedPromise): Promise<IngestPromise> {
    const parsed = parsePromise(new TextEncoder().encode(jws))
    if (!parsed.ok) throw new BadPromiseError(`the promise is malformed: ${parsed.refusal.detail}`)
    const promise = parsed.value
    if (promise.origin !== expected.origin) throw new BadPromiseError(`the promise is for the ledger ${promise.origin}, not for ${expected.origin}`)
    const covered = new Set(promise.leafHashes)
    const missing = expected.leafHashes.find((hash) => !covered.has(hash))
    if (missing !== undefined) throw new BadPromiseError(`the promise does not cover ${missing}`)
    if (!(await verifyPromise(promise, await this.#keyOf(promise)))) throw new BadPromiseError('the signature of the promise does not hold')
    return promise
  }

  async #keyOf({ jws }: IngestPromise): Promise<PublicJwk> {
    const kid = formatKeyId(jws.signer)
    if (!this.#keys.has(kid)) this.#keys = keysOf(await this.#fetchKeys())
    const key = this.#keys.get(kid)
    if (key === undefined) throw new BadPromiseError(`the promise is signed by ${kid}, which is not published`)
    return key
  }
}

function keysOf(published: readonly PublishedKey[]): Map<string, PublicJwk> {
  const keys = new Map<string, PublicJwk>()
  for (const jwk of published) {
    const parsed = parsePublicJwk(jwk)
    if (parsed.ok) keys.set(jwk.kid, parsed.value.jwk)
  }
  return keys
}
