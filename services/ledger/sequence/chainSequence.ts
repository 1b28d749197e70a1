import { DeviceHistory } from '@brume/proof'
import { TreeEdge } from '@brume/merkle'
import type { LedgerStore } from '../store/ledgerStore.ts'
import { nativeSha256 } from './nativeSha256.ts'
import { TileTail } from './tileTail.ts'

/** What never changes of a chain, as far as the sequencer needs it. */
export interface SequencedChain {
  readonly no: number
  readonly id: string
  readonly tenantId: string
  /** Of the topic `entries`. */
  readonly partition: number
}

/**
 * What the ledger keeps of one chain in memory while it sequences: the tree's edge, the last tiles, the devices. It runs ahead of the
 * database within a batch; after a failed transaction it is dropped and read again.
 */
export interface ChainSequence {
  readonly chain: SequencedChain
  readonly edge: TreeEdge
  readonly tail: TileTail
  readonly devices: DeviceHistory
  /** ChainDevice.no by device id. */
  readonly deviceNumbers: Map<string, number>
  /** Highest seq that has an entry, by {@link counterKey}: a higher one is new without asking. */
  readonly highestSeqs: Map<string, number>
}

export async function loadChainSequence(store: LedgerStore, chain: SequencedChain): Promise<ChainSequence> {
  const [bytes, stored] = await Promise.all([store.edge(chain.no), store.devices(chain.no)])
  const edge = bytes ? TreeEdge.fromBytes(bytes, nativeSha256) : TreeEdge.empty(nativeSha256)
  const devices = new DeviceHistory()
  const deviceNumbers = new Map<string, number>()
  for (const { no, deviceId, standing } of stored) {
    devices.restore(deviceId, standing)
    deviceNumbers.set(deviceId, no)
  }
  const tail = await TileTail.restore(edge.size, (level, index) => store.tile(chain.no, level, index))
  return { chain, edge, tail, devices, deviceNumbers, highestSeqs: new Map() }
}

export function counterKey(deviceNo: number, epoch: number): string {
  return `${deviceNo}/${epoch}`
}
