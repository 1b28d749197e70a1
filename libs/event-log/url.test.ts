import { expect, it } from 'vitest'
import { systemClock } from '@brume/config'
import { newLogPath } from './sqlite/logFile.fixture.ts'
import { DEVICES, declaredTopics } from './topics.ts'
import { openEventLog } from './url.ts'

const deps = { topics: declaredTopics(), clock: systemClock }

it('opens SQLite by its path', async () => {
  const log = await openEventLog(`sqlite:${newLogPath()}`, deps)
  expect(await log.end(DEVICES, 0)).toBe(0)
  await log.close()
})

it('says in one line what it cannot open', async () => {
  await expect(openEventLog('kafka://broker', deps)).rejects.toThrowErrorMatchingInlineSnapshot(`[OperatorError: EVENT_LOG_URL: "broker" is not host:port]`)
  await expect(openEventLog('redis://x', deps)).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: EVENT_LOG_URL must be sqlite:PATH or kafka://HOST:PORT]`)
  await expect(openEventLog('sqlite:', deps)).rejects.toThrow('EVENT_LOG_URL must be sqlite:PATH')
  await expect(openEventLog(`sqlite:${newLogPath()}/no/such/folder.db`, deps)).rejects.toThrow('directory does not exist')
})
