import { pause } from '../../traffic.ts'
import type { Fault } from '../fault.ts'
import { goOn, holdStill } from '../harm/hold.ts'

export const pauseBroker: Fault = {
  name: 'pause-broker', what: 'the broker stands still for 60 s (short form: 10 s) with its connections open', short: true, mayBeLate: true, seconds: 10, lasts: 'brokerPauseMs',
  async strike({ cloud: { broker } }, mending, { brokerPauseMs }) {
    const held = await holdStill('broker', broker.part, mending)
    await pause(brokerPauseMs)
    goOn(broker.part)
    return `${held} for ${brokerPauseMs / 1_000} s`
  },
}
