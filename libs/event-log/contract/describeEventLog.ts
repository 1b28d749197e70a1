import { describeAppend } from './append.contract.ts'
import type { NewPlace } from './logPlace.ts'
import { describeQueue } from './queue.contract.ts'
import { describeTable } from './table.contract.ts'

/** The port's promises, for one adapter: no caller can tell which log is behind it. */
export function describeEventLog(newPlace: NewPlace): void {
  describeAppend(newPlace)
  describeQueue(newPlace)
  describeTable(newPlace)
}
