import { buildReceiptTrie, encodeHeader, hexToBytes, type ReceiptTrie } from '@brume/evm'
import { RLP } from '@ethereumjs/rlp'
import type { Evidence, StoredTransaction } from './transaction.repository.ts'
import type { ChainRpc, MinedBlock, MinedReceipt } from './chainRpc.ts'

/**
 * Finds out which of `transactions` are in a block, and makes their receipt proofs.
 * @returns evidence of those mined; the others are still on their way
 */
export async function gatherEvidence(rpc: ChainRpc, transactions: StoredTransaction[]): Promise<Evidence[]> {
  const receipts = await rpc.receipts(transactions.map(({ hash }) => hash))
  const mined = transactions.flatMap((transaction, i) => {
    const receipt = receipts[i]
    return receipt ? [{ transaction, receipt }] : []
  })
  const known = new Map(mined.map(({ receipt }) => [receipt.transactionHash, receipt]))
  const numbers = [...new Set(mined.map(({ receipt }) => receipt.blockNumber))]
  const blocks = new Map((await rpc.blocks(numbers)).map((block) => [block.number, block]))
  const evidence: Evidence[] = []
  for (const number of numbers) {
    const block = blocks.get(number)
    if (!block) continue
    const trie = buildReceiptTrie(await receiptsOfBlock(rpc, block, known), hexToBytes(block.receiptsRoot))
    for (const { transaction, receipt } of mined) {
      if (receipt.blockNumber === number) evidence.push(evidenceOf(transaction.nonce, receipt, block, trie))
    }
  }
  return evidence
}

async function receiptsOfBlock(rpc: ChainRpc, block: MinedBlock, known: Map<string, MinedReceipt>): Promise<MinedReceipt[]> {
  const missing = block.transactions.filter((hash) => !known.has(hash))
  for (const receipt of await rpc.receipts(missing)) if (receipt) known.set(receipt.transactionHash, receipt)
  return block.transactions.map((hash) => {
    const receipt = known.get(hash)
    if (!receipt) throw new Error(`the engine has no receipt for ${hash} of block ${block.number}`)
    return receipt
  })
}

function evidenceOf(nonce: number, receipt: MinedReceipt, block: MinedBlock, trie: ReceiptTrie): Evidence {
  const txIndex = Number(receipt.transactionIndex)
  return {
    nonce,
    hash: receipt.transactionHash,
    succeeded: Number(receipt.status) === 1,
    gasUsed: Number(receipt.gasUsed),
    txIndex,
    nodes: RLP.encode(trie.prove(txIndex)),
    block: { number: Number(block.number), hash: block.hash, header: encodeHeader(block) },
  }
}
