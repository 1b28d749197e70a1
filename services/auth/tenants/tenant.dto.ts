import { z } from 'zod'
import { pageOf } from '@brume/http'

export const newTenantDto = z.strictObject({ name: z.string().trim().min(1).max(100) })
export type NewTenant = z.output<typeof newTenantDto>

export const tenantIdDto = z.uuidv7().lowercase()

export const tenantDto = z.object({ id: z.string(), name: z.string(), createdAt: z.string() })
export type TenantResource = z.output<typeof tenantDto>
export const tenantPageDto = pageOf(tenantDto)

const token = z.string().describe('bearer token of the tenant: an EdDSA JWT, shown only now')
export const createdTenantDto = tenantDto.extend({ token })
export const issuedTokenDto = z.object({ token, expiresAt: z.string() })
