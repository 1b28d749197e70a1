import { z } from 'zod'
import { anchoredParts, outcomes, RESULTS_VERSION, workloads, writeModes, type BlockResult, type RunFacts } from '../model/index.ts'
import { planSchema } from '../plan/planSchema.ts'

const count = z.int().min(0)
const amount = z.number().min(0)
const text = z.string().min(1)
const instant = z.iso.datetime()
const writeMode = z.enum(writeModes)
const workload = z.enum(workloads)

const cell = z.strictObject({ placement: text, writeMode, workload, network: text, load: z.number().positive(), repetition: z.int().min(1) })

const anchored = z.strictObject({ totalUs: z.number(), parts: z.array(z.number()).length(anchoredParts.length) })

const cellResult = z.strictObject({
  cell,
  startedAt: instant,
  measuredS: z.number().positive(),
  offeredPerS: amount,
  capacityPerS: amount,
  readingsPerRequest: count,
  counts: z.record(z.enum(outcomes), count),
  refusals: z.record(z.string(), count),
  generatorCpuShare: amount,
  systemCpuUs: amount,
  systemThrottledUs: amount,
  cost: z.strictObject({ readings: count, gas: amount, chainBytes: z.number(), storedBytes: z.number() }).optional(),
  anchored: z.array(anchored),
})

const limits = z.strictObject({
  by: text,
  systemCpus: z.string().optional(),
  systemCores: z.number().optional(),
  memoryMiB: z.number().optional(),
  loadCpus: z.string().optional(),
})

const capacity = z.strictObject({ workload, perS: z.number().positive(), rounds: z.array(z.number()) })

const delay = z.strictObject({ network: text, askedMs: amount, achievedMs: z.number(), coldConnectionMs: amount })

/** `<folder>/blocks/<id>.json` */
export const blockSchema = z.strictObject({
  version: z.literal(RESULTS_VERSION),
  id: text,
  placement: planSchema.shape.placements.element,
  writeMode,
  repetition: z.int().min(1),
  limits,
  delays: z.array(delay),
  capacities: z.array(capacity),
  cells: z.array(cellResult),
}) satisfies z.ZodType<BlockResult>

const machine = z.strictObject({
  cpu: text,
  cores: z.int().min(1),
  memoryGiB: z.number().positive(),
  kernel: text,
  versions: z.record(z.string(), z.string()),
  commit: text,
  dirty: z.boolean(),
})

/** `<folder>/run.json` */
export const runSchema = z.strictObject({
  version: z.literal(RESULTS_VERSION),
  plan: planSchema,
  machine,
  startedAt: instant,
  resumed: z.array(z.strictObject({ at: instant, machine })).optional(),
}) satisfies z.ZodType<RunFacts>
