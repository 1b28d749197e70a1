import type { JsonRpc } from './jsonRpc.ts'

/** The EVM rules of a chain, fixed at its genesis. */
export type Hardfork = 'istanbul' | 'berlin' | 'london' | 'shanghai'

/** Names an engine, running or not. */
export interface EngineVolume {
  /** Our id of the chain (UUIDv7). */
  readonly chainId: string
  /** The engine's own volume: nothing else may live in it. Engines that are deployed beside the platform have theirs elsewhere. */
  readonly dataDir: string
}

export interface EngineSpec extends EngineVolume {
  /** The chain id of EIP-155, random per chain, so that a transaction of one chain is void on every other. */
  readonly eip155: number
  /** Gets the whole supply at genesis. Its key stays with the ledger's writer; the engine never sees it. */
  readonly fundedAddress: string
  readonly hardfork: Hardfork
}

/** Runs one kind of chain. An engine is always a process of its own, so that it outlives a killed platform and dies alone. */
export interface ChainEngine {
  /** Engines that others reach too and that go on without this process: it stops one only when its chain stops, never because it ends itself. */
  readonly deployedBeside: boolean
  /**
   * Returns once the engine answers. Idempotent: a live engine of this volume is adopted; one that does not answer, or answers for another
   * chain, is stopped first.
   * @throws EngineRefused (do not try again), EngineFailed (try again later)
   */
  start(spec: EngineSpec, signal?: AbortSignal): Promise<EngineHandle>
  /** Returns once no process of this volume is left. Nothing to stop is fine. */
  stop(volume: EngineVolume): Promise<void>
  /** Stops, then deletes the volume. There is no way back. */
  destroy(volume: EngineVolume): Promise<void>
  /**
   * Reaches a running engine without starting, watching or owning it, and through its restarts where it is deployed beside. Cheap enough to
   * do for each request; close what it gives.
   * @throws RpcUnavailable when it is known that no engine runs
   */
  attach(volume: EngineVolume): Promise<JsonRpc>
}

export interface EngineHandle {
  readonly rpc: JsonRpc
  readonly pid?: number
  /** Called once, also when the engine has ended before. */
  onExit(listener: (reason: string) => void): void
  /** Asks the engine for its chain id on a connection of its own, so that a full queue is not taken for a dead engine. */
  checkAlive(timeoutMs: number): Promise<void>
  describe(): EngineDescription
}

export interface EngineDescription {
  readonly engine: string
  readonly eip155: number
  readonly pid?: number
  /** Where its RPC is: the path of a Unix socket, or a URL. */
  readonly address: string
  /** RFC 3339. */
  readonly startedAt: string
  readonly adopted: boolean
}

/** The engine cannot run this spec, now or later: the volume belongs to another chain, or the platform lacks what it needs. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused'
}

/** The engine did not come up, or did not go. The reason ends with the last line of its log. */
export class EngineFailed extends Error {
  override readonly name = 'EngineFailed'
}
