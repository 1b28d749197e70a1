/** All that `fsck` may look at: the public paths of a ledger and the RPC of its chain. Every method throws when no answer is to be had. */
export interface LedgerSource {
  /** The newest signed note. */
  checkpoint(): Promise<Uint8Array>
  /** Under the prefix of C2SP tlog-tiles, such as `tile/0/000.p/5`; nothing when there is none. */
  resource(path: string): Promise<Uint8Array | undefined>
  /** Throws `RpcError` where the node answers that it will not. */
  rpc(method: string, params: readonly unknown[]): Promise<unknown>
}

/** The node answered, and said no. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
}
