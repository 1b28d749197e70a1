import type { MemoryTree, Sha256 } from '@brume/merkle'
import { consistencyProof, sameHash, verifyConsistency, hashAt } from '@brume/merkle'
import type { AnchoredRoot, ChainEvents, RecordedLeaf } from './chainEvents.ts'
import type { Findings } from './report.ts'

/** Compares what the chain says with the tree that the entries give. Events beyond the tree are judged elsewhere. */
export async function auditEvents(events: ChainEvents, tree: MemoryTree, findings: Findings, sha256: Sha256): Promise<void> {
  if (events.anchors.length > 0 && events.records.length > 0) findings.add('event-mixed', 'chain', 'the contract has anchors and records of one ledger')
  auditAnchorOrder(events.anchors, findings)
  for (const anchor of events.anchors) await auditAnchor(anchor, tree, findings, sha256)
  for (const [at, record] of events.records.entries()) await auditRecord(record, at, tree, findings, sha256)
}

/** Sizes only grow, so each size has one root on the chain. */
function auditAnchorOrder(anchors: readonly AnchoredRoot[], findings: Findings): void {
  let largest = 0
  for (const { size } of anchors) {
    if (size <= largest) findings.add('anchor-order', `anchor of size ${size}`, `an earlier one has size ${largest}`)
    largest = Math.max(largest, size)
  }
}

/** The anchored tree must be the start of the rebuilt one: the proof comes from the entries, so only the anchored root can be wrong. */
async function auditAnchor({ size, root }: AnchoredRoot, tree: MemoryTree, findings: Findings, sha256: Sha256): Promise<void> {
  if (size === 0 || size > tree.size) return
  const path = await consistencyProof(size, tree.size, tree, sha256)
  const consistent = verifyConsistency({ oldSize: size, oldRoot: root, newSize: tree.size, newRoot: tree.root(), path }, sha256)
  if (!consistent) findings.add('anchor-differs', `anchor of size ${size}`, 'the anchored root is not the root of the first entries')
}

async function auditRecord({ index, leafHash }: RecordedLeaf, at: number, tree: MemoryTree, findings: Findings, sha256: Sha256): Promise<void> {
  const where = `record ${at}`
  if (index !== at) return findings.add('record-order', where, `its index is ${index}`)
  if (index >= tree.size) return
  const entry = await hashAt({ level: 0, index }, tree.size, tree, sha256)
  if (!sameHash(entry, leafHash)) findings.add('record-differs', where, 'the recorded envelope is not the entry')
}
