import type { Log } from '@brume/evm'
import { bytesToHex, decodeReadingRecorded, ledgerKey } from '@brume/evm'
import { leafHash, sameHash } from '@brume/merkle'
import type { OpenedEvent } from './chainEventLinks.ts'
import { openEvent } from './chainEventLinks.ts'
import type { Link } from './link.ts'
import { link, worst } from './link.ts'
import type { DirectProof } from './proof.ts'
import type { Trust } from './trust.ts'
import type { Way, WayClaim } from './way.ts'

interface OpenedRecord extends OpenedEvent {
  record: Link
  index?: number
}

/** The entry's own event → receipt → block, for the reading and for each entry of its key. */
export function directWay(proof: DirectProof, { reading, keyEntries }: WayClaim, trust: Trust): Way {
  const own = openRecord(openEvent(proof.record, trust), reading, 'the reading', trust)
  const others = proof.binding.keyEntries.map(({ record }, at) => openRecord(openEvent(record, trust), keyEntries[at], 'a key entry', trust))
  const worstOf = (name: 'record' | 'receipt' | 'block') => worst([own[name], ...others.map((other) => other[name])])
  return {
    links: [worstOf('record'), worstOf('receipt'), worstOf('block')],
    readingIndex: own.index,
    keyIndexes: others.map(({ index }) => index),
    recorded: own.recorded,
  }
}

function openRecord(opened: OpenedEvent, entry: Uint8Array | undefined, what: string, { ledger, chain }: Trust): OpenedRecord {
  if (!opened.log || !entry) return { ...opened, record: link('record', 'not-checked', `there is no event to read for ${what}`) }
  const found = indexOf(opened.log, entry, ledger.origin, chain.contract)
  if (typeof found === 'string') return { ...opened, record: link('record', 'refused', `${what}: ${found}`) }
  return { ...opened, index: found, record: link('record', 'verified', `the contract ${chain.contract} recorded ${what} as entry ${found}, byte for byte`) }
}

/** The index under which the event records exactly this entry, or in words why it does not. */
function indexOf(log: Log, entry: Uint8Array, origin: string, contract: string): number | string {
  const decoded = decodeReadingRecorded(log)
  if (!decoded.ok) return `the event is no record of an entry: ${decoded.refusal}`
  const { event } = decoded
  if (bytesToHex(event.address) !== contract) return `the event is of the contract ${bytesToHex(event.address)}, which is not the trusted one`
  if (!sameHash(event.ledger, ledgerKey(origin))) return 'the event is of another ledger'
  if (!sameHash(event.envelope, entry)) return 'the event records another envelope'
  return sameHash(event.leafHash, leafHash(entry)) ? event.index : 'the event has another leaf hash'
}
