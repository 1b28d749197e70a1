import { rowNames } from '../../measurements/cloud/rowNames.ts'
import type { Results } from '../results.ts'

/** What the paper is worked out from: rows of one run. Rates in readings/s, CPU in µs per reading. */
export interface Figures {
  /** One ingest replica, and one partition with one ledger replica: readings/s. */
  readonly ingestRate: number
  readonly partitionRate: number
  readonly acceptUs: number
  readonly sequenceUs: number
  readonly databaseUs: number
  readonly brokersUs: number
  readonly edgeUs: number
  readonly enginesUs: number
  readonly requestBytes: number
  readonly answerBytes: number
  readonly logBytes: number
  readonly databaseBytes: number
  readonly walBytes: number
}

/** With three brokers: what a cloud has. Throws when the run lacks a row. */
export function figuresOf(results: Results): Figures {
  const value = (name: string): number => {
    const row = results.rows.find((one) => one.name === name)
    if (row === undefined) throw new Error(`the run has no row ${JSON.stringify(name)}: docs/scaling.md needs a whole run`)
    return row.value
  }
  return {
    ingestRate: value(rowNames.accepted(1)),
    partitionRate: value(rowNames.sequencedInPartitions(1)),
    acceptUs: value(rowNames.acceptUs(1)),
    sequenceUs: value(rowNames.sequenceUs(1)),
    databaseUs: value(rowNames.sequenceDatabaseUs(1)),
    brokersUs: value(rowNames.brokersUs(3)),
    edgeUs: value(rowNames.edgeUs),
    enginesUs: value(rowNames.enginesUs),
    requestBytes: value(rowNames.requestBytes),
    answerBytes: value(rowNames.answerBytes),
    logBytes: value(rowNames.logBytes),
    databaseBytes: value(rowNames.databaseBytes),
    walBytes: value(rowNames.walBytes),
  }
}
