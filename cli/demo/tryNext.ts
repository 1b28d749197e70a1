import { join } from 'node:path'
import type { ChainResource } from '@brume/client'
import type { ProofFiles } from './proofFiles.ts'

export interface TryNext {
  readonly url: string
  readonly data: string
  readonly chain: ChainResource
  readonly leafHash: string
  readonly files: ProofFiles
}

/** Lines to paste, with ids that exist. */
export function tryNextLines({ url, data, chain, leafHash, files }: TryNext): string[] {
  const at = `${url}/v1/chains/${chain.id}`
  return [
    `curl -s ${at}`,
    `curl -s ${at}/ledger/checkpoint`,
    `curl -s '${at}/readings?limit=3'`,
    `curl -s ${at}/readings/${leafHash}`,
    `curl -s ${at}/proofs/${leafHash}.tlog-proof`,
    `curl -s ${at}/rpc -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'`,
    `curl -s ${url}/v1/devices -H "authorization: Bearer $(cat ${join(data, 'tenant.token')})"`,
    `npx brume verify ${files.proof} --trust ${files.trust}`,
    `npx brume verify ${files.tampered} --trust ${files.trust}`,
    `npx brume fsck --url ${url} --chain ${chain.id} --trust ${files.trust}`,
  ]
}
