import type { Clock } from '@brume/config'
import type { Signer } from '@brume/envelope'
import { SigningKey, type Kek } from '@brume/keys'
import { isUniqueViolation, outboxRows, type Database } from '@brume/prisma'
import { keyEvent } from '../events.ts'

const NUMBER = 1
const KID = `platform#${NUMBER}`

/** The key by which the platform signs bindings, keys and states of devices. Made at first start and announced to everyone; of several replicas that start at once, one makes it. */
export async function loadPlatformKey(database: Database, kek: Kek, clock: Clock, newId: () => string): Promise<SigningKey> {
  const key = (await stored(database, kek)) ?? (await make(database, kek, clock, newId)) ?? (await stored(database, kek))
  if (!key) throw new Error('the platform key was made by another process and has gone again')
  return key
}

async function stored({ prisma }: Database, kek: Kek): Promise<SigningKey | undefined> {
  const row = await prisma.platformKey.findUnique({ where: { number: NUMBER } })
  return row ? SigningKey.open(KID, row.sealed, kek) : undefined
}

async function make(database: Database, kek: Kek, clock: Clock, newId: () => string): Promise<SigningKey | undefined> {
  const key = SigningKey.generate(KID)
  const createdAt = new Date(clock.now())
  try {
    await database.write(async (tx) => {
      await tx.platformKey.create({ data: { number: NUMBER, sealed: Buffer.from(key.seal(kek)), createdAt } })
      await outboxRows(database, 'ledgerOutbox').add(tx, keyEvent(newId(), createdAt, key), createdAt)
    })
    return key
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}

export function signerOf(key: SigningKey): Signer {
  return { alg: 'EdDSA', kid: key.kid, sign: (bytes) => key.sign(bytes) }
}
