import type { Clock, NewId } from '@brume/config'
import type { Signer } from '@brume/envelope'
import { controlEvent, KEYS } from '@brume/event-log'
import { SigningKey, type Kek } from '@brume/keys'
import { outboxRows, type Database } from '@brume/prisma'

const NUMBER = 1
const KID = `ingest#${NUMBER}`

export interface PromiseKeyDeps {
  readonly database: Database
  readonly kek: Kek
  readonly clock: Clock
  readonly newId: NewId
}

/** The key that signs promises. Made at first start, together with the event that publishes it; replicas that start at once come to the same key. */
export async function loadPromiseKey({ database, kek, clock, newId }: PromiseKeyDeps): Promise<SigningKey> {
  return database.write(async (tx) => {
    const stored = await tx.promiseKey.findUnique({ where: { number: NUMBER } })
    if (stored) return SigningKey.open(KID, stored.sealed, kek)
    const key = SigningKey.generate(KID)
    const createdAt = new Date(clock.now())
    await tx.promiseKey.create({ data: { number: NUMBER, sealed: Buffer.from(key.seal(kek)), createdAt } })
    await outboxRows(database, 'ingestOutbox').add(tx, keyEvent(key, newId(), createdAt), createdAt)
    return key
  }, { alone: 'ingest promise key' })
}

export function signerOf(key: SigningKey): Signer {
  return { alg: 'EdDSA', kid: key.kid, sign: (bytes) => key.sign(bytes) }
}

function keyEvent(key: SigningKey, id: string, time: Date) {
  const { kty, crv, x } = key.publicJwk
  return controlEvent(KEYS, { kid: key.kid, owner: 'ingest', use: 'promise', jwk: { kty, crv, x }, status: 'active' }, { id, time: time.toISOString() })
}
