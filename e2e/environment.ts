/** The platform under test. Nothing here knows how or where it was started. */
export interface Target {
  readonly url: string
  readonly operatorToken: string
}

export function targetOf(env: NodeJS.ProcessEnv): Target {
  const { BRUME_URL: url, BRUME_OPERATOR_TOKEN: operatorToken } = env
  if (!url || !operatorToken) {
    throw new Error('e2e tests judge a platform that runs already: set BRUME_URL (such as http://127.0.0.1:8080) and BRUME_OPERATOR_TOKEN. `node e2e/run.mjs` starts one for them.')
  }
  return { url: url.replace(/\/+$/, ''), operatorToken }
}

export const target: Target = targetOf(process.env)
