import { Module } from '@nestjs/common'
import { SigningKey } from '@brume/keys'
import { serviceDatabase } from '@brume/runtime'
import { AuthOutbox } from './authOutbox.ts'
import { DeviceController } from './devices/device.controller.ts'
import { DeviceRepository } from './devices/device.repository.ts'
import { DeviceService } from './devices/device.service.ts'
import { FirstStart } from './firstStart/firstStart.ts'
import { FirstTenantToken } from './firstStart/firstTenantToken.ts'
import { IdempotentPost } from './idempotentPost.ts'
import { JwksController } from './keys/jwks.controller.ts'
import { TenantController } from './tenants/tenant.controller.ts'
import { TenantRepository } from './tenants/tenant.repository.ts'
import { TenantService } from './tenants/tenant.service.ts'
import { TenantTokens } from './tokens/tenantTokens.ts'
import { TokenKeyReadiness } from './tokens/tokenKeyReadiness.ts'
import { TokenKeyRepository } from './tokens/tokenKey.repository.ts'

/** Made, with the first tenant, before anything that needs it. */
const tokenKey = { provide: SigningKey, inject: [FirstStart], useFactory: (firstStart: FirstStart) => firstStart.tokenKey() }

/** Tenants, their tokens and their devices. Needs the global RuntimeModule and ObservabilityModule. */
@Module({
  controllers: [TenantController, DeviceController, JwksController],
  providers: [
    serviceDatabase('auth'), AuthOutbox, IdempotentPost, FirstStart, FirstTenantToken,
    TokenKeyRepository, tokenKey, TenantTokens, TokenKeyReadiness,
    TenantRepository, TenantService,
    DeviceRepository, DeviceService,
  ],
})
export class AuthModule {}
