import { encodeBase64url } from '@brume/envelope'
import type { Checkpoint, MemoryTree, Sha256 } from '@brume/merkle'
import { openCheckpoint, parseCheckpoint, parseNote, sameHash } from '@brume/merkle'
import type { Trust } from '@brume/proof'
import { ChainEvents } from './chainEvents.ts'
import { quantityOf } from './chainLogs.ts'
import { EntryAudit } from './entryAudit.ts'
import { auditEvents } from './eventAudit.ts'
import type { LedgerSource } from './ledgerSource.ts'
import type { Patience } from './patience.ts'
import { askUntil } from './patience.ts'
import type { FsckReport } from './report.ts'
import { Findings } from './report.ts'
import type { OnProgress } from './treeAudit.ts'
import { auditTiles, rebuildTree } from './treeAudit.ts'

export interface FsckTask {
  chain: string
  trust: Trust
  source: LedgerSource
  sha256: Sha256
  patience: Patience
  onProgress: OnProgress
  /** What the caller has taken on trust already. */
  notes: readonly string[]
}

const NODE_NOTE = 'events: taken from the RPC node, whose answers are not proven here (a proof file proves one of them)'

/**
 * Rebuilds a ledger from its entries and compares everything that is public about it. The chain is read first: what it speaks of must be in the
 * checkpoint that is published afterwards, however fast the ledger grows meanwhile.
 */
export async function fsck(task: FsckTask): Promise<FsckReport> {
  const { source, trust, patience, sha256 } = task
  const findings = new Findings()
  await auditNetwork(task, findings)
  const events = new ChainEvents(source, trust, findings, sha256)
  await events.readOn()
  const reached = events.reach
  const checkpoint = await askUntil(() => newestCheckpoint(task), (newest) => !newest.readable || newest.size >= reached, patience)
  await auditCheckpoint(checkpoint, trust, findings)
  if (checkpoint.readable && reached > checkpoint.size) findings.add(...beyond(events, checkpoint.size))
  const audit = new EntryAudit(task.chain, trust, findings, sha256)
  const tree = await rebuildTree(checkpoint.size, source, audit, findings, sha256, task.onProgress)
  const tiles = tree ? await auditTree(tree, checkpoint, source, findings) : 0
  await waitForReach(events, checkpoint.size, patience, findings)
  if (tree) await auditEvents(events, tree, findings, sha256)
  return {
    ok: findings.total === 0,
    origin: trust.ledger.origin,
    size: checkpoint.size,
    root: tree && encodeBase64url(tree.root()),
    writeMode: events.writeMode,
    counts: { ...audit.counts, tiles, anchors: events.anchors.length, records: events.records.length },
    flags: audit.flags,
    findings: findings.kept,
    findingsTotal: findings.total,
    notes: [...task.notes, NODE_NOTE],
  }
}

async function auditNetwork({ source, trust }: FsckTask, findings: Findings): Promise<void> {
  const id = quantityOf(await source.rpc('eth_chainId', []), 'eth_chainId')
  if (id !== trust.chain.eip155) findings.add('network', 'chain', `the node is of the EIP-155 network ${id}, trusted is ${trust.chain.eip155}`)
}

type PublishedCheckpoint = Checkpoint & { note: Uint8Array; readable: boolean }

/** A note that cannot be read is judged as an empty ledger, and found by `auditCheckpoint`. */
async function newestCheckpoint({ source }: FsckTask): Promise<PublishedCheckpoint> {
  const note = await source.checkpoint()
  const parsed = parseNote(note)
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed
  if (checkpoint.ok) return { ...checkpoint.value, note, readable: true }
  return { origin: '', size: 0, root: new Uint8Array(), note, readable: false }
}

async function auditCheckpoint({ note, readable }: PublishedCheckpoint, { ledger }: Trust, findings: Findings): Promise<void> {
  const opened = await openCheckpoint(note, ledger.verifierKey)
  if (!readable) findings.add('checkpoint-malformed', 'checkpoint', opened.ok ? 'the note is no checkpoint' : opened.problem)
  else if (!opened.ok) findings.add('checkpoint-signature', 'checkpoint', `the ledger's key did not sign it: ${opened.problem}`)
}

async function auditTree(tree: MemoryTree, checkpoint: PublishedCheckpoint, source: LedgerSource, findings: Findings): Promise<number> {
  if (checkpoint.readable && !sameHash(tree.root(), checkpoint.root)) findings.add('root-differs', 'checkpoint', 'the root of the entries is not the root of the checkpoint')
  return auditTiles(tree, source, findings)
}

function beyond({ writeMode, reach }: ChainEvents, size: number) {
  const code = writeMode === 'direct' ? 'record-beyond-checkpoint' : 'anchor-beyond-checkpoint'
  return [code, 'chain', `the chain speaks of ${reach} entries, the published checkpoint of ${size}`] as const
}

/** The newest checkpoint is on its way to the chain while the ledger runs. */
async function waitForReach(events: ChainEvents, size: number, patience: Patience, findings: Findings): Promise<void> {
  const reach = await askUntil(
    async () => {
      if (events.reach < size) await events.readOn()
      return events.reach
    },
    (reached) => reached >= size,
    patience,
  )
  if (reach >= size) return
  const code = events.writeMode === 'direct' ? 'record-missing' : 'anchor-missing'
  findings.add(code, 'chain', `the chain speaks of ${reach} entries, the published checkpoint of ${size}`)
}
