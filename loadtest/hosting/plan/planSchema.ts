import { z } from 'zod'
import { workloads, writeModes, type Plan } from '../model/index.ts'

/** What a reader of the report may expect of every cell. A trial may measure for shorter: its values say nothing. */
export const SHORTEST_MEASURED_S = 8
/** Open-model load may go past saturation, but not so far that only the queue is measured. */
const HIGHEST_LOAD = 3
const MOST_REPETITIONS = 100
const MOST_SECONDS = 600

const name = z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, 'a name is of lower case letters, digits and . + -')
const names = z.array(name).min(1)

const placement = z.strictObject({
  name,
  kind: z.enum(['fog', 'cloud', 'gateway']),
  cores: z.number().positive().max(1_024),
  memoryMiB: z.int().min(64),
})

const network = z.strictObject({ name, access: name, region: name })

const part = z.strictObject({
  placements: names,
  networks: names,
  writeModes: z.array(z.enum(writeModes)).min(1),
  workload: z.enum(workloads),
  loads: z.array(z.number().positive().max(HIGHEST_LOAD)).min(1),
  repetitions: z.int().min(1).max(MOST_REPETITIONS),
})

/** The form of `loadtest/plans/*.json`; names are looked up in parsePlan. */
export const planSchema = z.strictObject({
  name,
  seed: z.int().min(0).max(0xffff_ffff),
  trial: z.boolean().optional(),
  warmUpS: z.number().min(0).max(MOST_SECONDS),
  measuredS: z.number().positive().max(MOST_SECONDS),
  placements: z.array(placement).min(1),
  networks: z.array(network).min(1),
  matrix: z.array(part).min(1),
  leftOut: z.array(z.strictObject({ what: z.string().min(1), why: z.string().min(1) })),
}) satisfies z.ZodType<Plan>
