/** What is assumed and not measured; docs/scaling.md names each, so that a reader can put in his own. */
export const assumptions = {
  /** How busy anything may be on average: the rest is for peaks and for what a lost machine leaves to the others. */
  utilisation: 0.6,
  /** Brokers, and copies of each record on them. */
  brokers: 3,
  /** A primary and its standby. */
  databaseCopies: 2,
  /** The largest machine that one database gets. */
  databaseCores: 32,
  /** What one volume takes in a row, bytes/s. */
  volumeBytesPerSecond: 500e6,
  /** What one volume holds, bytes. */
  volumeBytes: 16e12,
  /** For so long everything lies on the volumes of log and database, days. Nothing is deleted by itself. */
  daysKept: 30,
  /** 10 Gbit/s, each way, bytes/s. */
  networkBytesPerSecond: 1.25e9,
  prices: { cpuHour: 0.04, gbMonth: 0.08, gbOut: 0.05 },
} as const

export type Assumptions = typeof assumptions
export const SECONDS_PER_DAY = 86_400
