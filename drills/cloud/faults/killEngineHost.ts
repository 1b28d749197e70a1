import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'

export const killEngineHost: Fault = {
  name: 'kill-engine-host', what: 'kill -9 of the engine host; its engines live on', short: false, mayBeLate: true, seconds: 10,
  async strike({ cloud: { engineHost } }, mending) {
    const before = engineHost.part.engines
    const killed = await killAndRestart(engineHost, mending)
    const kept = engineHost.part.engines.filter((pid) => before.includes(pid))
    return `${killed}; ${kept.length} of ${before.length} engines are the same processes as before`
  },
}
