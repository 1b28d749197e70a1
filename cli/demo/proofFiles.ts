import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrumeClient, ChainResource } from '@brume/client'
import { parseProof, parseTrust, TRUST_FORMAT, verify, type TrustFile, type Verdict } from '@brume/proof'

export interface ProofFiles {
  readonly proof: string
  readonly tampered: string
  readonly trust: string
}

/** Fetches the proof of one reading and writes it with the trust file and a copy that has one bit flipped. */
export async function writeProofFiles(client: BrumeClient, chain: ChainResource, reading: { leafHash: string; envelope: string }, data: string): Promise<ProofFiles> {
  const files = { proof: join(data, 'reading.proof.json'), tampered: join(data, 'reading.tampered.json'), trust: join(data, 'trust.json') }
  const proof = await client.waitForProof(chain.id, reading.leafHash)
  writeFileSync(files.proof, proof)
  writeFileSync(files.tampered, flipInPayload(proof, reading.envelope))
  writeFileSync(files.trust, `${JSON.stringify(trustFileOf(chain), null, 2)}\n`)
  return files
}

/** What the platform said of the chain when it was made. In earnest, a reader has it from elsewhere. */
function trustFileOf({ ledger, platformKeys, eip155, contract }: ChainResource): TrustFile {
  const keys = platformKeys.map((key) => ({ ...key }))
  return { format: TRUST_FORMAT, ledger: { origin: ledger.origin, verifierKey: ledger.verifierKey }, platformKeys: keys, chain: { eip155, contract: contract ?? '' } }
}

const base64url = /^[A-Za-z0-9_-]$/

/** One bit of the measured value's text, such that the file keeps its form: what refuses it must be the mathematics. */
export function flipInPayload(proof: Uint8Array, envelope: string): Uint8Array {
  const flipped = Uint8Array.from(proof)
  const [header = '', payload = ''] = envelope.split('.')
  const start = Buffer.from(proof).indexOf(envelope) + header.length + 1
  for (let at = start + Math.floor(payload.length / 2); at < start + payload.length; at++) {
    const other = (flipped[at] ?? 0) ^ 1
    if (!base64url.test(String.fromCharCode(other))) continue
    flipped[at] = other
    return flipped
  }
  throw new Error('the payload of the reading is too short to flip a bit in it')
}

/** In this process, without a server. */
export async function verdictOn(proofBytes: Uint8Array, trustBytes: Uint8Array): Promise<Verdict> {
  const [proof, trust] = [parseProof(proofBytes), parseTrust(trustBytes)]
  if (!proof.ok) throw new Error(`the proof cannot be read: ${proof.detail}`)
  if (!trust.ok) throw new Error(`the trust file cannot be read: ${trust.detail}`)
  return verify(proof.value, trust.value)
}

/** `npx brume verify` as a process of its own; its exit code says what it found. */
export function runVerify(root: string, proof: string, trust: string): Promise<{ code: number; output: string }> {
  const program = join(root, 'cli/bin/brume.mjs')
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, 'verify', proof, '--trust', trust], { cwd: root, timeout: 60_000 }, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') return reject(error)
      resolve({ code: Number(error?.code ?? 0), output: stdout.trimEnd() })
    })
  })
}
