import { CheckpointAnchor } from '@brume/contracts'
import type { ChainResource } from '@brume/client'
import { Interface } from 'ethers'
import { requireAccepted } from '../load/accepted.ts'
import { sendAll } from '../load/closedLoop.ts'
import type { Measurement } from '../measurement.ts'
import { atMost } from '../row.ts'
import { signedBatches } from '../site/batches.ts'
import { FogSite } from '../site/fogSite.ts'

const READINGS_PER_ANCHOR = 1_000
const ANCHORS = 5
const abi = new Interface(CheckpointAnchor.abi)

interface Anchor {
  readonly size: number
  readonly gasUsed: number
}

/**
 * A batched chain that anchors 1,000 readings at a time: gas of each anchor's receipt over the readings that it added. Read through the
 * platform's read-only JSON-RPC door. The first anchor writes empty storage, which costs more once, and is left out.
 */
export const gas: Measurement = {
  name: 'gas',
  what: 'gas per reading at 1,000 readings per anchor',
  async measure({ folder, quick, progress }) {
    await using site = await FogSite.start(folder)
    const chain = await site.chain({ anchoring: { maxReadings: READINGS_PER_ANCHOR, maxDelayMs: 3_600_000 } })
    const devices = await site.devices(chain, 2)
    const wanted = quick ? 2 : ANCHORS
    for (let i = 0; i < wanted; i++) {
      const { requests, readings } = signedBatches(devices, READINGS_PER_ANCHOR)
      requireAccepted(await sendAll(site.port, requests, 1))
      // The batch crosses the next thousand on the way: its first reading is covered.
      await site.client.waitForAnchor(chain.id, readings[0]?.leafHash ?? '')
      progress(`anchor ${i + 1} of ${wanted}`)
    }
    const added = perAnchor(await anchorsOf(site, chain))
    return [atMost(100, {
      name: 'gas per reading, 1,000 readings per anchor', value: added.map(({ gasPerReading }) => gasPerReading), unit: 'gas',
      note: `readings added by each anchor: ${added.map(({ readings }) => readings).join(', ')}`,
    })]
  },
}

function perAnchor(anchors: readonly Anchor[]): { readings: number; gasPerReading: number }[] {
  return anchors.slice(1).map(({ size, gasUsed }, i) => {
    const readings = size - (anchors[i]?.size ?? 0)
    return { readings, gasPerReading: gasUsed / readings }
  })
}

async function anchorsOf(site: FogSite, chain: ChainResource): Promise<Anchor[]> {
  const filter = { fromBlock: '0x0', toBlock: 'latest', address: chain.contract, topics: [abi.getEvent('CheckpointAnchored')?.topicHash] }
  const logs = (await site.client.rpc(chain.id, 'eth_getLogs', [filter])) as { transactionHash: string; topics: string[] }[] // execution-apis, "Receipt"
  return Promise.all(logs.map(async ({ transactionHash, topics }) => {
    const receipt = (await site.client.rpc(chain.id, 'eth_getTransactionReceipt', [transactionHash])) as { gasUsed: string }
    return { size: Number(topics[2]), gasUsed: Number(receipt.gasUsed) }
  }))
}
