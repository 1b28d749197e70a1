import { Inject, Injectable } from '@nestjs/common'
import { KEYS } from '@brume/event-log'
import { SigningKey, type Kek } from '@brume/keys'
import type { Database, Transaction } from '@brume/prisma'
import { DATABASE, KEK } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'

/** The keys that sign access tokens, sealed. */
@Injectable()
export class TokenKeyRepository {
  constructor(@Inject(DATABASE) private readonly database: Database, @Inject(KEK) private readonly kek: Kek, private readonly outbox: AuthOutbox) {}

  /** The newest. Throws a `KekError` under another key-encryption key. */
  async current(): Promise<SigningKey | undefined> {
    const row = await this.database.prisma.tokenKey.findFirst({ orderBy: { number: 'desc' } })
    return row ? SigningKey.open(kidOf(row.number), row.sealed, this.kek) : undefined
  }

  /** Throws a unique violation when the number is taken. */
  async create(tx: Transaction, number: number, createdAt: Date): Promise<SigningKey> {
    const key = SigningKey.generate(kidOf(number))
    const { kty, crv, x } = key.publicJwk
    await tx.tokenKey.create({ data: { number, sealed: Buffer.from(key.seal(this.kek)), createdAt } })
    await this.outbox.add(tx, KEYS, { kid: key.kid, owner: 'auth', use: 'token', jwk: { kty, crv, x }, status: 'active' }, createdAt)
    return key
  }
}

function kidOf(number: number): string {
  return `auth#${number}`
}
