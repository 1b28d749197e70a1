import type { Clock } from '@brume/config'
import type { Signer } from '@brume/envelope'
import { SigningKey, type Kek } from '@brume/keys'
import { outboxRows, type Database } from '@brume/prisma'
import { keyEvent } from '../events.ts'

const KID = 'platform#1'

/** The key by which the platform signs bindings, keys and states of devices. Made at first start and announced to everyone. */
export async function loadPlatformKey(database: Database, kek: Kek, clock: Clock, newId: () => string): Promise<SigningKey> {
  const stored = await database.prisma.platformKey.findUnique({ where: { number: 1 } })
  if (stored) return SigningKey.open(KID, stored.sealed, kek)
  const key = SigningKey.generate(KID)
  const createdAt = new Date(clock.now())
  await database.write(async (tx) => {
    await tx.platformKey.create({ data: { number: 1, sealed: Buffer.from(key.seal(kek)), createdAt } })
    await outboxRows(database, 'ledgerOutbox').add(tx, keyEvent(newId(), createdAt, key), createdAt)
  })
  return key
}

export function signerOf(key: SigningKey): Signer {
  return { alg: 'EdDSA', kid: key.kid, sign: (bytes) => key.sign(bytes) }
}
