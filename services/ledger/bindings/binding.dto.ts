import { pageOf } from '@brume/http'
import { z } from 'zod'

export const newBindingDto = z.strictObject({
  request: z.string().min(1).max(16_384).describe('compact JWS of typ brume-binding-request, signed with the device\'s current key for this chain'),
})
export type NewBinding = z.output<typeof newBindingDto>

export const bindingDto = z.object({
  chain: z.string(),
  device: z.string(),
  leafHash: z.string().describe('of the entry that binds the device'),
  index: z.int(),
})
export type BindingResource = z.output<typeof bindingDto>

export const bindingPageDto = pageOf(bindingDto)
export const deviceIdDto = z.uuidv7().lowercase()
