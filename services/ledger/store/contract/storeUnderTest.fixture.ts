import type { LedgerStore } from '../ledgerStore.ts'

/** A store on an empty database of its own. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: LedgerStore
  /** What a process finds that starts now on the same database. */
  restarted(): Promise<LedgerStore>
  /** Rows of the outbox in order of their ids. */
  outbox(): Promise<{ topic: string; key: string; value: string; createdAt: Date }[]>
}

export interface OpenStore {
  (): Promise<StoreUnderTest>
}
