import { BrumeClient, ProblemError } from '@brume/client'
import { UnusableError } from '../exitCode.ts'
import { readTokenFile } from '../inputFile.ts'

export interface OperatorOptions {
  /** Of the platform, such as `http://localhost:8080`. */
  readonly url: string
  /** File with the operator's token; without it BRUME_OPERATOR_TOKEN. */
  readonly tokenFile?: string
}

const TIMEOUT_MS = 15_000

/** The platform's API with the operator's token, which comes from a file or the environment: arguments are seen by every user of the machine. */
export async function operatorClient({ url, tokenFile }: OperatorOptions): Promise<BrumeClient> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UnusableError(`--url: ${JSON.stringify(url)} is not an http or https URL`)
  const token = tokenFile === undefined ? process.env['BRUME_OPERATOR_TOKEN'] : await readTokenFile(tokenFile)
  if (!token) throw new UnusableError('the operator\'s token is needed: --token-file FILE, or BRUME_OPERATOR_TOKEN (operator.token in the data folder has it)')
  return new BrumeClient({ url, token, timeoutMs: TIMEOUT_MS })
}

/** A refusal of one letter that leaves the others alone; anything else ends the command. */
export function refusalOf(error: unknown): ProblemError | undefined {
  return error instanceof ProblemError && (error.status === 404 || error.status === 409) ? error : undefined
}

/** What no answer, or the answer "not you", is for a person. */
export function asUnusable(url: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProblemError) throw new UnusableError(`${url}: ${error.message}`)
    if (error instanceof Error && (error instanceof TypeError || error.name === 'TimeoutError' || error.name === 'UnexpectedAnswerError')) throw new UnusableError(`${url}: ${reasonOf(error)}`)
    throw error
  }
}

/** `fetch` hides what happened in `cause`. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
