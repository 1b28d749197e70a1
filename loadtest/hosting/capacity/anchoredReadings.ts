import { writeFileSync } from 'node:fs'
import type { SignedReading } from '@brume/testing'
import { requireAcceptedSingles } from '../../bench/load/accepted.ts'
import { sendAll } from '../../bench/load/closedLoop.ts'
import { singleRequest } from '../../bench/load/requests.ts'
import { signed, type BoundDevice } from '../../bench/site/boundDevice.ts'
import type { Milestone } from './milestone.ts'

/** Enough that no cache of a few holds all of them. */
const READINGS = 500
const IN_FLIGHT = 16

/** Readings whose proofs can be downloaded. Made when they are first asked for, once per system. */
export class AnchoredReadings {
  readonly #port: number
  readonly #device: BoundDevice
  readonly #milestone: Milestone
  #made: Promise<readonly SignedReading[]> | undefined

  /** @param port of the system, without delays */
  constructor(port: number, device: BoundDevice, milestone: Milestone) {
    this.#port = port
    this.#device = device
    this.#milestone = milestone
  }

  async leafHashes(): Promise<readonly string[]> {
    return (await this.#readings()).map(({ leafHash }) => leafHash)
  }

  /** One envelope a line, as a k6 scenario reads them. */
  async writeTo(file: string): Promise<void> {
    writeFileSync(file, (await this.#readings()).map(({ envelope }) => `${envelope}\n`).join(''))
  }

  #readings(): Promise<readonly SignedReading[]> {
    return (this.#made ??= this.#make())
  }

  async #make(): Promise<readonly SignedReading[]> {
    const readings = signed(this.#device, READINGS)
    requireAcceptedSingles(await sendAll(this.#port, readings.map(singleRequest), IN_FLIGHT))
    await this.#milestone.untilFinal()
    return readings
  }
}
