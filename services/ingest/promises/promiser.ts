import { rfc3339 } from '@brume/config'
import { makePromise, type Signer } from '@brume/envelope'
import type { ChainState } from '@brume/event-log'

/** What ingest owes one chain's senders for one request. */
export interface ChainPromise {
  readonly chainId: string
  /** Compact JWS of typ brume-promise. */
  readonly jws: string
  readonly acceptedAt: string
  readonly anchorBy: string
}

/** Signs promises. The same readings accepted at the same time give the same bytes, because Ed25519 is deterministic. */
export class Promiser {
  constructor(private readonly signer: Signer) {}

  /** Only for readings that the log has. */
  async promise({ id, origin, anchoring }: ChainState, leafHashes: string[], acceptedAtMs: number): Promise<ChainPromise> {
    const acceptedAt = rfc3339(acceptedAtMs)
    const anchorBy = rfc3339(acceptedAtMs + anchoring.maxDelayMs + anchoring.slackMs)
    const bytes = await makePromise({ origin, leafHashes, acceptedAt, anchorBy }, this.signer)
    return { chainId: id, jws: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), acceptedAt, anchorBy }
  }
}
