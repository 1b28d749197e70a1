import { createSecretFile } from '@brume/config'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

/** What all replicas share and nobody else knows; files of the folder, made at the first start and kept. */
export interface CloudSecrets {
  readonly operatorToken: string
  readonly kek: string
}

export function operatorTokenFile(folder: string): string {
  return join(folder, 'secrets/operator.token')
}

export function cloudSecrets(folder: string): CloudSecrets {
  return {
    operatorToken: secretIn(operatorTokenFile(folder), 'base64url'),
    kek: secretIn(join(folder, 'secrets/kek'), 'base64'),
  }
}

function secretIn(path: string, encoding: BufferEncoding): string {
  return Buffer.from(createSecretFile(path, () => Buffer.from(`${randomBytes(32).toString(encoding)}\n`))).toString().trim()
}
