/** docs/openapi.json: what a platform with all its services answers at /openapi.json. Reads the build. */
import { startPlatform, TemporaryFolder } from '@brume/testing'
import { HOW_TO_MAKE, writeOrCheck } from './writeOrCheck.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Members by name, so that a difference is a change and not an order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sorted(member)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function servedDocument(): Promise<{ [name: string]: Json }> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(new TemporaryFolder())
  const platform = stack.use(await startPlatform({ data: folder.path, env: { LOG_LEVEL: 'warn' } }))
  const answer = await fetch(`${platform.url}/openapi.json`, { signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`/openapi.json answers ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

const { openapi, ...rest } = await servedDocument()
if (typeof openapi !== 'string') throw new Error('/openapi.json does not say its version')
const document = { openapi, 'x-generated': `Generated. Make it again: ${HOW_TO_MAKE}`, ...Object(sorted(rest)) }
writeOrCheck('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`)
