import type { Measurement } from '../../measurement.ts'
import { growth } from './growth.ts'
import { lag } from './lag.ts'
import { latency } from './latency.ts'
import { scaling } from './scaling.ts'
import { throughput } from './throughput.ts'

/** In the order in which they run and are shown. */
export const cloudMeasurements: readonly Measurement[] = [throughput, lag, latency, scaling, growth]
