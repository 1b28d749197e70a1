import { targetOf } from './environment.ts'

/** Says once, before any test, why there is nothing to test. */
export async function setup(): Promise<void> {
  const { url } = targetOf(process.env)
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch((error: unknown) => {
    throw new Error(`BRUME_URL=${url} does not answer`, { cause: error })
  })
  if (!answer.ok) throw new Error(`BRUME_URL=${url} is not ready: ${answer.status} ${await answer.text()}`)
}
