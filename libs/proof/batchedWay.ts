import { decodeBase64url } from '@brume/envelope'
import type { Log } from '@brume/evm'
import { bytesToHex, decodeCheckpointAnchored, ledgerKey } from '@brume/evm'
import type { Checkpoint } from '@brume/merkle'
import { leafHash, openCheckpoint, parseCheckpoint, parseNote, sameHash, verifyInclusion } from '@brume/merkle'
import { openEvent } from './chainEventLinks.ts'
import type { Link } from './link.ts'
import { judged, link } from './link.ts'
import type { BatchedProof, Inclusion } from './proof.ts'
import type { Trust } from './trust.ts'
import type { Way, WayClaim } from './way.ts'

/** Leaf → checkpoint → anchor event → receipt → block. */
export async function batchedWay(proof: BatchedProof, claim: WayClaim, trust: Trust): Promise<Way> {
  const inclusions = proof.binding.keyEntries.map((entry) => entry.inclusion)
  const checkpoint = readCheckpoint(proof.checkpoint)
  const { receipt, block, log, recorded } = openEvent(proof.anchor, trust)
  const links = [
    inclusionLink(claim, proof.inclusion, inclusions, checkpoint),
    await checkpointLink(proof.checkpoint, trust),
    anchorLink(log, checkpoint, trust),
    receipt,
    block,
  ]
  return { links, readingIndex: proof.inclusion.index, keyIndexes: inclusions.map(({ index }) => index), recorded }
}

/** What the note says, whoever signed it: each link is judged by itself. */
function readCheckpoint(note: string): Checkpoint | undefined {
  const parsed = parseNote(note)
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed
  return checkpoint.ok ? checkpoint.value : undefined
}

async function checkpointLink(note: string, { ledger }: Trust): Promise<Link> {
  const opened = await openCheckpoint(note, ledger.verifierKey)
  if (!opened.ok) return link('checkpoint', 'refused', `the trusted ledger key did not sign this checkpoint: ${opened.problem}`)
  return link('checkpoint', 'verified', `${ledger.origin} signed the checkpoint of size ${opened.value.size}`)
}

function inclusionLink({ reading, keyEntries }: WayClaim, own: Inclusion, others: readonly Inclusion[], checkpoint: Checkpoint | undefined): Link {
  if (!checkpoint) return link('inclusion', 'not-checked', 'there is no readable checkpoint')
  if (!isIncluded(reading, own, checkpoint)) return link('inclusion', 'refused', 'the reading is not in the tree of the checkpoint')
  const missing = others.find((inclusion, at) => !isIncluded(keyEntries[at], inclusion, checkpoint))
  return judged('inclusion', missing && 'a key entry is not in the tree of the checkpoint', `the reading is entry ${own.index} of ${own.size}, the entries of its key are there too`)
}

function isIncluded(entry: Uint8Array | undefined, { index, size, path }: Inclusion, checkpoint: Checkpoint): boolean {
  const hashes = path.map(decodeBase64url).filter((hash) => hash !== undefined)
  if (!entry || hashes.length < path.length || size !== checkpoint.size) return false
  return verifyInclusion({ leafHash: leafHash(entry), index, size, path: hashes, root: checkpoint.root })
}

function anchorLink(log: Log | undefined, checkpoint: Checkpoint | undefined, trust: Trust): Link {
  if (!log) return link('anchor', 'not-checked', 'there is no event to read')
  if (!checkpoint) return link('anchor', 'not-checked', 'there is no readable checkpoint')
  return judged('anchor', anchorProblem(log, checkpoint, trust), `the contract ${trust.chain.contract} recorded size ${checkpoint.size} with this root`)
}

function anchorProblem(log: Log, checkpoint: Checkpoint, { ledger, chain }: Trust): string | undefined {
  const decoded = decodeCheckpointAnchored(log)
  if (!decoded.ok) return `the event is no anchor of a checkpoint: ${decoded.refusal}`
  const { event } = decoded
  if (bytesToHex(event.address) !== chain.contract) return `the event is of the contract ${bytesToHex(event.address)}, which is not the trusted one`
  if (!sameHash(event.ledger, ledgerKey(ledger.origin))) return 'the event anchors another ledger'
  if (event.size !== checkpoint.size) return `the event anchors size ${event.size}, the checkpoint has size ${checkpoint.size}`
  return sameHash(event.root, checkpoint.root) ? undefined : 'the event anchors another root'
}
