import type { Log } from '@brume/evm'
import { bytesToHex, decodeCheckpointAnchored, decodeReadingRecorded } from '@brume/evm'
import type { Sha256 } from '@brume/merkle'
import { leafHash, sameHash } from '@brume/merkle'
import type { Trust } from '@brume/proof'
import { ChainLogs } from './chainLogs.ts'
import type { LedgerSource } from './ledgerSource.ts'
import type { Findings } from './report.ts'

export interface AnchoredRoot {
  size: number
  root: Uint8Array
}

export interface RecordedLeaf {
  index: number
  leafHash: Uint8Array
}

/** What the chain says of the ledger. Grows with each `readOn`. */
export class ChainEvents {
  readonly anchors: AnchoredRoot[] = []
  readonly records: RecordedLeaf[] = []
  private readonly logs: ChainLogs
  private readonly contract: string
  private readonly findings: Findings
  private readonly sha256: Sha256

  constructor(source: LedgerSource, trust: Trust, findings: Findings, sha256: Sha256) {
    this.logs = new ChainLogs(source, trust)
    this.contract = trust.chain.contract
    this.findings = findings
    this.sha256 = sha256
  }

  async readOn(): Promise<void> {
    for await (const log of this.logs.more()) this.add(log)
  }

  /** How much of the ledger the chain speaks of: a tree size. */
  get reach(): number {
    const anchored = this.anchors.reduce((largest, { size }) => Math.max(largest, size), 0)
    return this.records.reduce((largest, { index }) => Math.max(largest, index + 1), anchored)
  }

  get writeMode(): 'batched' | 'direct' | undefined {
    if (this.anchors.length > 0) return 'batched'
    return this.records.length > 0 ? 'direct' : undefined
  }

  private add(log: Log): void {
    // The node was asked for one contract; it may have answered something else.
    if (bytesToHex(log.address) !== this.contract) return this.findings.add('event-malformed', 'chain', 'the node answered with the event of another contract')
    const anchored = decodeCheckpointAnchored(log)
    if (anchored.ok) this.anchors.push({ size: anchored.event.size, root: anchored.event.root })
    else if (anchored.refusal === 'other-event') this.addRecord(log)
    else this.findings.add('event-malformed', `anchor ${this.anchors.length}`, anchored.refusal)
  }

  private addRecord(log: Log): void {
    const recorded = decodeReadingRecorded(log)
    const where = `record ${this.records.length}`
    if (!recorded.ok) return this.findings.add('event-malformed', where, recorded.refusal)
    const { index, envelope, leafHash: claimed } = recorded.event
    const hash = leafHash(envelope, this.sha256)
    if (!sameHash(hash, claimed)) this.findings.add('record-differs', where, 'the leaf hash of the event is not that of its envelope')
    this.records.push({ index, leafHash: hash })
  }
}
