import { pageOf } from '@brume/http'
import { z } from 'zod'
import { CHAIN_STATES } from './chain.lifecycle.ts'

const DAY_MS = 86_400_000

export const anchoringDto = z.strictObject({
  maxDelayMs: z.int().min(100).max(DAY_MS).default(5_000).describe('ms: a reading is anchored at most so long after it was accepted'),
  maxReadings: z.int().min(1).max(1_000_000).default(1_000).describe('so many unanchored readings are anchored at once'),
  slackMs: z.int().min(0).max(DAY_MS).default(10_000).describe('ms: what the engine may take on top; the promise adds it'),
})

export const newChainDto = z.strictObject({
  name: z.string().trim().min(1).max(100),
  engine: z.enum(['ganache']).default('ganache'),
  writeMode: z.enum(['batched', 'direct']).default('batched'),
  anchoring: anchoringDto.prefault({}),
  public: z.boolean().default(false).describe('true: the ledger is read without a token'),
})

export type NewChainRequest = z.output<typeof newChainDto>

const platformKeyDto = z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string() })

export const chainDto = z.object({
  id: z.string(),
  name: z.string(),
  engine: z.string(),
  writeMode: z.enum(['batched', 'direct']),
  anchoring: z.object({ maxDelayMs: z.int(), maxReadings: z.int(), slackMs: z.int() }),
  public: z.boolean(),
  state: z.enum(CHAIN_STATES),
  reason: z.string().optional().describe('why the chain failed'),
  ledger: z.object({
    origin: z.string(),
    verifierKey: z.string().describe('C2SP vkey of the checkpoints'),
    size: z.int().describe('entries sequenced'),
    halted: z.string().optional().describe('why the ledger stands still'),
  }),
  eip155: z.int().describe('chain id of EIP-155'),
  contract: z.string().nullable().describe('null until the chain is ready for the first time'),
  platformKeys: z.array(platformKeyDto).describe('who signs bindings, keys and states of devices'),
  createdAt: z.string(),
})

export type ChainResource = z.output<typeof chainDto>
export const chainPageDto = pageOf(chainDto)
export const chainIdDto = z.uuidv7().lowercase()
