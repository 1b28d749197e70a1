/** What the main thread and the append worker say to each other. Types only: the worker loads nothing for it. */
export interface AppendRow {
  readonly records: number
  /** Only on compacted topics: an older row with this key goes. */
  readonly key: string | null
  readonly body: Uint8Array<ArrayBuffer>
}

export interface AppendCall {
  readonly topic: string
  readonly partition: number
  readonly rows: readonly AppendRow[]
}

/** Everything that arrived while the last group was being committed: one transaction, one fsync. */
export interface AppendGroup {
  readonly timeMs: number
  readonly calls: readonly AppendCall[]
}

export type ToWorker = AppendGroup | 'close'

export type FromWorker =
  | { readonly what: 'open' }
  | { readonly what: 'committed'; readonly firstOffsets: readonly number[] }
  | { readonly what: 'failed'; readonly code: string; readonly message: string }

export interface AppendWorkerData {
  readonly path: string
  readonly maxPages: number | undefined
}
