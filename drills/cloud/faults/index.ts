import type { Fault } from '../fault.ts'
import { clocks } from './clocks.ts'
import { cuts } from './cuts.ts'
import { deletedRecords } from './deletedRecords.ts'
import { fullBroker } from './fullBroker.ts'
import { fullDatabase } from './fullDatabase.ts'
import { killAuth } from './killAuth.ts'
import { killBroker } from './killBroker.ts'
import { killDatabase } from './killDatabase.ts'
import { killEngine } from './killEngine.ts'
import { killEngineHost } from './killEngineHost.ts'
import { killIngest } from './killIngest.ts'
import { killLedger } from './killLedger.ts'
import { pauseBroker } from './pauseBroker.ts'
import { poison } from './poison.ts'
import { rollingRestart } from './rollingRestart.ts'
import { scale } from './scale.ts'
import { twoOwners } from './twoOwners.ts'

/** The rows of the drill, in their order. */
export const faults: readonly Fault[] = [
  killAuth, killIngest, killLedger, killBroker, killDatabase, killEngine, killEngineHost,
  pauseBroker, ...cuts, poison, twoOwners, scale, rollingRestart, ...clocks, fullDatabase, fullBroker, deletedRecords,
]
