import { waitUntil } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { isGone } from '../harm/processState.ts'

const LIMIT_MS = 60_000

export const killEngine: Fault = {
  name: 'kill-engine', what: 'kill -9 of the engine of every chain; their host starts them again', short: true, mayBeLate: true, seconds: 12,
  async strike({ cloud: { engineHost } }) {
    const pids = engineHost.part.engines
    if (pids.length === 0) throw new Error('there is no engine to kill')
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await waitUntil('the engines have ended', () => pids.every(isGone), { limitMs: LIMIT_MS })
    const now = await waitUntil('other engines run', () => (engineHost.part.engines.length >= pids.length ? engineHost.part.engines : undefined), { limitMs: LIMIT_MS })
    return `engines ${pids.join(', ')} ended by SIGKILL, ${now.join(', ')} took their place`
  },
}
