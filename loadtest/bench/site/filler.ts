import { declaredTopics, ENTRIES, openEventLog, type EventLog } from '@brume/event-log'
import { systemClock } from '@brume/config'
import { leafHashOf, samplePayload } from '@brume/testing'
import { randomBytes } from 'node:crypto'
import { PAYLOAD_BYTES, type BenchSite } from './benchSite.ts'

const BATCH = 1_000
const AT_ONCE = 4
/** How far the log may be ahead of the ledger. */
const STEP = 100_000
/** Far above what the bench's own devices count to: no identity is used twice. */
const FIRST_SEQ = 1_000_000_000
/** Every so many, one leaf hash is kept. */
const SAMPLE = 4_096
/** A platform that is to be filled has one partition, so that the bench need not know which one its chain was given. */
export const FILLED_PARTITIONS = 1
const PARTITION = 0
const SIGNATURE_BYTES = 64
const HASH_BYTES = 32

/**
 * Makes a ledger large: appends envelopes to the event log, beside ingest, and the platform's own ledger sequences them as any other. They have
 * the form and the length of real readings of bound devices, but random bytes for a signature: the ledger never verifies (ingest has, before
 * the log), and a million signatures and verifications would take minutes. Nothing is measured on them but how long a proof takes to make.
 */
export class Filler {
  readonly #site: BenchSite
  readonly #chainId: string
  readonly #deviceIds: readonly string[]
  readonly #samples: string[] = []
  #made = 0

  constructor(site: BenchSite, chainId: string, deviceIds: readonly string[]) {
    this.#site = site
    this.#chainId = chainId
    this.#deviceIds = deviceIds
  }

  /** Leaf hashes from all over what was filled in. */
  get samples(): readonly string[] {
    return this.#samples
  }

  /** Returns once the ledger has at least `size` entries. */
  async fillTo(size: number, progress: (entries: number) => void): Promise<void> {
    const log = await openEventLog(this.#site.eventLogUrl, { topics: declaredTopics(FILLED_PARTITIONS), clock: systemClock })
    try {
      let entries = await this.#site.ledgerSize(this.#chainId)
      while (entries < size) {
        const stepFrom = entries
        for (; entries < Math.min(size, stepFrom + STEP); entries += BATCH * AT_ONCE) await this.#append(log)
        await this.#site.untilLedgerHas(this.#chainId, stepFrom)
        progress(stepFrom)
      }
    } finally {
      await log.close()
    }
    await this.#site.untilLedgerHas(this.#chainId, size)
  }

  async #append(log: EventLog): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => log.append(ENTRIES, PARTITION, this.#records())))
  }

  #records(): { key: string; value: Uint8Array }[] {
    return Array.from({ length: BATCH }, () => ({ key: this.#chainId, value: this.#envelope() }))
  }

  #envelope(): Uint8Array {
    const at = this.#made++
    const device = this.#deviceIds[at % this.#deviceIds.length] ?? ''
    const prv = randomBytes(HASH_BYTES).toString('base64url')
    const header = `{"alg":"EdDSA","typ":"brume-reading","kid":"${device}#1","cty":"application/senml+json","chain":"${this.#chainId}","seq":${FIRST_SEQ + at},"iat":1262304000,"prv":"${prv}"}`
    const envelope = `${base64url(header)}.${Buffer.from(samplePayload(at, PAYLOAD_BYTES)).toString('base64url')}.${signatureLike().toString('base64url')}`
    if (at % SAMPLE === 0) this.#samples.push(leafHashOf(envelope))
    return Buffer.from(envelope, 'latin1')
  }
}

/** The envelope's parser refuses an S that is not below the order of the group (RFC 8032 section 5.1.7): its highest byte is 0x10. */
function signatureLike(): Buffer {
  const bytes = randomBytes(SIGNATURE_BYTES)
  bytes[SIGNATURE_BYTES - 1] = 0
  return bytes
}

function base64url(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64url')
}
