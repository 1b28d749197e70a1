import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Answers, IdempotencyKey, Refuses, RefusesWithoutToken, RequireTenant, Tenant, pageQuery, type PageQuery, type Principal } from '@brume/http'
import { IdempotentPost } from '../idempotentPost.ts'
import { noBody } from '../noBody.ts'
import { authProblems } from '../problems.ts'
import { deviceDto, deviceIdDto, devicePageDto, newDeviceDto, newKeyDto, type NewDevice, type NewKey } from './device.dto.ts'
import type { DeviceEvent } from './device.lifecycle.ts'
import { DeviceService } from './device.service.ts'

@ApiTags('devices')
@RefusesWithoutToken()
@RequireTenant()
@Controller('v1/devices')
export class DeviceController {
  constructor(private readonly devices: DeviceService, private readonly posts: IdempotentPost) {}

  @Post()
  @Answers(201, deviceDto, 'The device.')
  @Refuses(authProblems, 'device-key-refused', 'device-key-taken', 'device-id-taken', 'key-possession-refused')
  register(@Tenant() { tenantId }: Principal, @Body({ schema: newDeviceDto }) body: NewDevice, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    return this.posts.run({ tenantId, path: '/v1/devices', key, payload: body }, (keep) => this.devices.register(tenantId, body, keep))
  }

  @Get()
  @Answers(200, devicePageDto, 'The devices of the tenant, in the order of their ids.')
  list(@Tenant() { tenantId }: Principal, @Query({ schema: pageQuery }) query: PageQuery): Promise<unknown> {
    return this.devices.list(tenantId, query)
  }

  @Get(':id')
  @Answers(200, deviceDto, 'The device.')
  @Refuses(authProblems, 'device-not-registered')
  get(@Tenant() { tenantId }: Principal, @Param('id', { schema: deviceIdDto }) id: string): Promise<unknown> {
    return this.devices.get(tenantId, id)
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @Answers(200, deviceDto, 'The device is suspended: its readings are refused until it is resumed.')
  @Refuses(authProblems, 'device-not-registered', 'device-state-conflict')
  suspend(@Tenant() { tenantId }: Principal, @Param('id', { schema: deviceIdDto }) id: string, @Body({ schema: noBody }) _: unknown, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    return this.move(tenantId, id, 'suspend', key)
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Answers(200, deviceDto, 'The device is active again.')
  @Refuses(authProblems, 'device-not-registered', 'device-state-conflict')
  resume(@Tenant() { tenantId }: Principal, @Param('id', { schema: deviceIdDto }) id: string, @Body({ schema: noBody }) _: unknown, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    return this.move(tenantId, id, 'resume', key)
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Answers(200, deviceDto, 'The device is revoked, for good.')
  @Refuses(authProblems, 'device-not-registered', 'device-state-conflict')
  revoke(@Tenant() { tenantId }: Principal, @Param('id', { schema: deviceIdDto }) id: string, @Body({ schema: noBody }) _: unknown, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    return this.move(tenantId, id, 'revoke', key)
  }

  @Post(':id/keys')
  @Answers(201, deviceDto, 'The device with its new key, which alone signs from now on.')
  @Refuses(authProblems, 'device-not-registered', 'device-state-conflict', 'device-key-refused', 'device-key-taken', 'device-keys-exhausted', 'key-possession-refused', 'key-endorsement-missing', 'key-endorsement-refused')
  replaceKey(@Tenant() { tenantId }: Principal, @Param('id', { schema: deviceIdDto }) id: string, @Body({ schema: newKeyDto }) body: NewKey, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    return this.posts.run({ tenantId, path: `/v1/devices/${id}/keys`, key, payload: body }, (keep) => this.devices.replaceKey(tenantId, id, body, keep))
  }

  private move(tenantId: string, id: string, event: Exclude<DeviceEvent, 'replace-key'>, key: string | undefined): Promise<unknown> {
    return this.posts.run({ tenantId, path: `/v1/devices/${id}/${event}`, key, payload: null }, (keep) => this.devices.move(tenantId, id, event, keep))
  }
}
