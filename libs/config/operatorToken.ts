import { join } from 'node:path'
import type { Config } from './config.ts'
import type { RandomBytes } from './ids.ts'
import { systemRandom } from './ids.ts'
import { OperatorError } from './operatorError.ts'
import { createSecretFile } from './secretFile.ts'

export function operatorTokenPath(dataDir: string): string {
  return join(dataDir, 'operator.token')
}

/** The token from the environment, or the one in `<data>/operator.token`, made at first start: 256 random bits in base64url. */
export function operatorToken(config: Pick<Config, 'operatorToken' | 'dataDir'>, random: RandomBytes = systemRandom): string {
  if (config.operatorToken !== undefined) return config.operatorToken
  const make = (): Uint8Array => Buffer.from(`${Buffer.from(random(32)).toString('base64url')}\n`)
  const token = Buffer.from(createSecretFile(operatorTokenPath(config.dataDir), make)).toString().trim()
  if (token.length < 32) throw new OperatorError(`${operatorTokenPath(config.dataDir)} must hold a token of at least 32 characters`)
  return token
}
