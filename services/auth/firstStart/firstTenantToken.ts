import { join } from 'node:path'
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { createSecretFile, readSecretFile, type Config } from '@brume/config'
import { asPlatform } from '@brume/prisma'
import { CONFIG } from '@brume/runtime'
import { TenantRepository } from '../tenants/tenant.repository.ts'
import { TenantTokens } from '../tokens/tenantTokens.ts'

/** Where the token of the first tenant stands, for whoever starts the platform. */
export function tenantTokenPath(dataDir: string): string {
  return join(dataDir, 'tenant.token')
}

/** Puts the first tenant's token into its file, once. A crash before leaves no file, and the next start writes it; so does deleting it, when the token has expired. */
@Injectable()
export class FirstTenantToken implements OnApplicationBootstrap {
  constructor(@Inject(CONFIG) private readonly config: Config, private readonly tenants: TenantRepository, private readonly tokens: TenantTokens) {}

  async onApplicationBootstrap(): Promise<void> {
    const path = tenantTokenPath(this.config.dataDir)
    const tenant = readSecretFile(path) === undefined ? await asPlatform(() => this.tenants.first()) : undefined
    if (tenant === undefined) return
    const { token } = await this.tokens.issue(this.tokens.grant(tenant.id))
    createSecretFile(path, () => Buffer.from(`${token}\n`))
  }
}
