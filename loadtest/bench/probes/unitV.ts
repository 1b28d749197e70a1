import { randomBytes } from 'node:crypto'
import sodium from 'sodium-native'
import { median } from '../statistics.ts'

const MESSAGE_BYTES = 300
const VERIFICATIONS = 2_000
const PROBES = 5

/**
 * Unit V: CPU time (user and system, µs) of one Ed25519 verification of a 300-byte message by sodium-native, on one thread. The probe is
 * taken before and after what it judges, because a shared machine is not equally fast all the time.
 */
export function probeUnitV(): number[] {
  const { message, signature, publicKey } = signedMessage()
  verifyOften(message, signature, publicKey) // the first pass pays for loading and warming up
  return Array.from({ length: PROBES }, () => verifyOften(message, signature, publicKey))
}

/** The median of the probes of one run, µs. */
export function unitV(...probes: readonly (readonly number[])[]): number {
  return median(probes.flat())
}

/** @returns µs of CPU per verification */
function verifyOften(message: Buffer, signature: Buffer, publicKey: Buffer): number {
  const before = process.threadCpuUsage()
  let good = 0
  for (let i = 0; i < VERIFICATIONS; i++) if (sodium.crypto_sign_verify_detached(signature, message, publicKey)) good++
  const { user, system } = process.threadCpuUsage(before)
  if (good !== VERIFICATIONS) throw new Error('libsodium refuses its own signature')
  return (user + system) / VERIFICATIONS
}

function signedMessage() {
  const publicKey = Buffer.alloc(32)
  const secretKey = Buffer.alloc(64)
  const signature = Buffer.alloc(64)
  const message = randomBytes(MESSAGE_BYTES)
  sodium.crypto_sign_keypair(publicKey, secretKey)
  sodium.crypto_sign_detached(signature, message, secretKey)
  return { message, signature, publicKey }
}
