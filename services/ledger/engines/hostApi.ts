import { z } from 'zod'
import type { EngineSpec } from './engine.ts'

/** What the engine host (host/) and those who use it (hosted/) say to each other. */

/** What is asked of the host: a spec without the volume, which is the host's own affair. */
export type EngineOrder = Omit<EngineSpec, 'dataDir'>

const chainId = z.uuid().lowercase()

export const engineOrderSchema: z.ZodType<EngineOrder> = z.strictObject({
  chainId,
  eip155: z.int().positive(),
  fundedAddress: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address'),
  hardfork: z.enum(['istanbul', 'berlin', 'london', 'shanghai']),
})

/** It becomes the name of a folder. */
export function isChainId(text: string): boolean {
  return chainId.safeParse(text).success
}

const up = z.object({
  state: z.literal('up'),
  chainId: z.string(),
  engine: z.string(),
  /** From one start of the engine's process to its end, whoever hosts it: a restarted engine may have lost blocks. Opaque. */
  life: z.string(),
  eip155: z.number(),
  /** On the host's machine. */
  pid: z.number().optional(),
  /** RFC 3339. */
  startedAt: z.string(),
  /** Found running by the host, not started. */
  adopted: z.boolean(),
})
const notUp = z.object({ state: z.enum(['starting', 'down', 'refused', 'stopped']), chainId: z.string(), reason: z.string().optional() })

export const hostedStateSchema = z.discriminatedUnion('state', [up, notUp])
export type HostedState = z.infer<typeof hostedStateSchema>
export type HostedUp = z.infer<typeof up>

/** Request header of `rpc`: only the engine's life of this name may be asked. Without it the call goes to whatever life there is. */
export const lifeHeader = 'brume-engine-life'

export function enginePath(id: string): string {
  return `/v1/engines/${id}`
}

/** Longest that the host lets an order wait for its engine. Whoever orders waits a little longer. */
export const orderWaitMs = 20_000
