import type { TrustFile } from '@brume/proof'
import { TRUST_FORMAT } from '@brume/proof'
import { z } from 'zod'
import { UnusableError } from '../exitCode.ts'
import type { ChainServer } from './chainServer.ts'

/** What the platform says of a chain, as far as trust needs it. */
const chainResource = z.object({
  id: z.string(),
  ledger: z.object({ origin: z.string(), verifierKey: z.string() }),
  eip155: z.number().int(),
  contract: z.string(),
  platformKeys: z.array(z.record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.array(z.string())]))).min(1),
})

/** The platform's own word as a trust file: trust on first use, and no more than that. */
export async function fetchTrust(server: ChainServer): Promise<TrustFile> {
  const parsed = chainResource.safeParse(await server.chain())
  if (!parsed.success) throw new UnusableError(`${server.url}: the chain is not ready or the answer is not a chain: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`)
  const { ledger, platformKeys, eip155, contract } = parsed.data
  return { format: TRUST_FORMAT, ledger: { origin: ledger.origin, verifierKey: ledger.verifierKey }, platformKeys, chain: { eip155, contract } }
}
