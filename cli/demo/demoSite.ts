import { join } from 'node:path'
import { BrumeClient, Device, enrolDevice, PromiseChecker, ProblemError, type ChainResource, type DeviceIdentity, type WriteMode } from '@brume/client'
import { FileDeviceState } from '@brume/client/node'
import { waitUntil } from '@brume/testing'
import type { Sensor } from './weatherSeries.ts'

/** A sensor's device with its state on each of the two chains. */
export interface Station {
  readonly sensor: Sensor
  readonly identity: DeviceIdentity
  readonly on: Readonly<Record<WriteMode, Device>>
}

export interface DemoSite {
  readonly client: BrumeClient
  readonly chains: Readonly<Record<WriteMode, ChainResource>>
  readonly stations: readonly Station[]
}

const CHAIN_LIMIT_MS = 60_000
const BINDING_LIMIT_MS = 15_000

/** Two public chains, made through the public API and waited for. */
export async function provisionChains(client: BrumeClient): Promise<DemoSite['chains']> {
  const create = async (writeMode: WriteMode): Promise<ChainResource> => {
    const { id } = await client.createChain({ name: `weather ${writeMode}`, writeMode, public: true, anchoring: { maxDelayMs: 2_000, maxReadings: 1_000 } })
    return client.waitForChain(id, 'ready', { limitMs: CHAIN_LIMIT_MS })
  }
  const [batched, direct] = await Promise.all([create('batched'), create('direct')])
  return { batched, direct }
}

/** Makes the key here, registers its public half, binds the device to both chains. */
export async function bringUp(sensor: Sensor, client: BrumeClient, chains: DemoSite['chains'], data: string): Promise<Station> {
  const identity = await enrolDevice(client, sensor.name, sensor.alg)
  const promises = new PromiseChecker(() => client.publishedKeys())
  const open = async (writeMode: WriteMode): Promise<Device> => {
    const state = new FileDeviceState(join(data, 'devices', `${identity.id}.${writeMode}.json`))
    // Readings need no token: the signature is the authorisation.
    const device = await Device.open({ client: client.as(undefined), signer: identity.signer, chain: chains[writeMode], state, now: Date.now, promises })
    await bind(client, chains[writeMode], identity, device)
    return device
  }
  return { sensor, identity, on: { batched: await open('batched'), direct: await open('direct') } }
}

/** The ledger service hears of a new device through the log, a moment after it was registered. */
async function bind(client: BrumeClient, chain: ChainResource, identity: DeviceIdentity, device: Device): Promise<void> {
  const request = await device.bindingRequest(identity.publicJwk)
  const tryOnce = () => client.bindDevice(chain.id, identity.id, request).catch((error: unknown) => {
    if (error instanceof ProblemError && error.code === 'device-not-found') return undefined
    throw error
  })
  await waitUntil(`the binding of ${identity.id}`, tryOnce, { limitMs: BINDING_LIMIT_MS })
}
