import type { Measurement } from '../measurement.ts'
import { direct } from './direct.ts'
import { gas } from './gas.ts'
import { growth } from './growth.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { startup } from './startup.ts'
import { throughput } from './throughput.ts'

/** Of a fog node, in the order in which they run and are shown. */
export const fogMeasurements: readonly Measurement[] = [throughput, latency, direct, gas, growth, memory, startup]
