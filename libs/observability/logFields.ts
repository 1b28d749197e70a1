/** The fields by which lines of all services are searched and joined. Whatever has one of these meanings has this name. */
export interface LogFields {
  /** Id of a device. */
  readonly device?: string
  /** Id of a chain. */
  readonly chain?: string
  /** Of a reading, base64url. */
  readonly leafHash?: string
  /** Of the event log, with `partition` and `offset`. */
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
  /** Of whoever writes for a partition. */
  readonly epoch?: number
  /** W3C Trace Context; added by the logger where a trace is active. */
  readonly traceId?: string
  /** Of a problem (docs/problems.md). */
  readonly code?: string
}

export interface LogLine extends LogFields {
  readonly msg: string
}
