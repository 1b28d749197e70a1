import { OperatorError } from '@brume/config'
import { closeSync, openSync, readSync } from 'node:fs'

const mostBytes = 4_096
/** RFC 6750 section 2.1: what may stand after `Bearer`. Shorter than 32 characters can be guessed. */
const bearer = /^[A-Za-z0-9._~+/-]{32,1020}={0,4}$/

/**
 * The token between the engine host and the ledger. Its file's mode is not looked at: Kubernetes mounts a secret readable by the pod's group.
 * @throws OperatorError without the file's content
 */
export function readEngineToken(path: string): string {
  const token = textOf(path).trim()
  if (!bearer.test(token)) throw new OperatorError(`${path} must hold a bearer token of 32 to 1,024 characters and nothing else`)
  return token
}

function textOf(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(mostBytes)
      return bytes.toString('utf8', 0, readSync(file, bytes))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new OperatorError(`the token of the engine host cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
