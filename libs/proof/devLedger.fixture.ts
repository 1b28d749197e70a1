import { CheckpointAnchor, ReadingRecord } from '@brume/contracts'
import type { ControlPayload, DeviceStatus } from '@brume/envelope'
import { makeBindingRequest, makeKeyEndorsement, makeKeyPossession, parseReading, signControlEntry, signReading } from '@brume/envelope'
import { bytesToHex, ledgerKey } from '@brume/evm'
import { ed25519Signer, formatVerifierKey, inclusionProof, leafHash, MemoryTree, signCheckpoint, verifierKey } from '@brume/merkle'
import type { NoteSigner } from '@brume/merkle'
import { ed25519 } from '@noble/curves/ed25519.js'
import { DevChain } from './devChain.fixture.ts'
import type { MinedEvent } from './devChain.fixture.ts'
import type { DevAlg, DevKey } from './devKeys.fixture.ts'
import { devId, devKey } from './devKeys.fixture.ts'
import { makeBatchedProof, makeDirectProof, TRUST_FORMAT } from './index.ts'
import type { Proof, ProofHints, TrustFile } from './index.ts'

export interface DevLedgerOptions {
  writeMode: Proof['writeMode']
  /** All keys are made from it: two ledgers of one label are the same ledger, of two labels two worlds. */
  label?: string
  /** Defaults to `brume.local/chains/<chain>`. */
  origin?: string
}

export interface DevDevice {
  id: string
  alg: DevAlg
  keys: [DevKey, ...DevKey[]]
  nextSeq: number
  /** Indexes of the entries that made its keys known: [0] of key 1, and so on. */
  keyEntries: number[]
}

interface DevCheckpoint {
  size: number
  note: string
  anchor?: MinedEvent
}

const IAT = 1_763_726_400

/** A whole ledger in memory with real keys, tree, checkpoints and chain: what the platform does, without the platform. For tests and golden files. */
export class DevLedger {
  readonly chainId = devId('c', 1)
  readonly origin: string
  readonly entries: Uint8Array[] = []
  readonly checkpoints: DevCheckpoint[] = []
  readonly records: MinedEvent[] = []
  tree = new MemoryTree()
  readonly chain: DevChain
  readonly platform: DevKey
  private readonly options: DevLedgerOptions
  private readonly noteKey: Uint8Array
  private devices = 0
  private jtis = 0

  private constructor(options: DevLedgerOptions, chain: DevChain, platform: DevKey, noteKey: Uint8Array) {
    this.options = options
    this.origin = options.origin ?? `brume.local/chains/${this.chainId}`
    this.chain = chain
    this.platform = platform
    this.noteKey = noteKey
  }

  static async start(options: DevLedgerOptions): Promise<DevLedger> {
    const label = options.label ?? 'dev'
    const chain = await DevChain.start(options.writeMode === 'batched' ? CheckpointAnchor : ReadingRecord)
    const ledger = new DevLedger(options, chain, await devKey(`${label} platform`, 'platform#1'), (await devKey(`${label} ledger`, 'platform#1')).secret)
    await chain.call('open', [[ledger.key]])
    return ledger
  }

  stop(): Promise<void> {
    return this.chain.stop()
  }

  /** How the contracts call the ledger. */
  get key(): string {
    return bytesToHex(ledgerKey(this.origin))
  }

  get verifierKey(): string {
    return formatVerifierKey(verifierKey(this.origin, ed25519.getPublicKey(this.noteKey)))
  }

  get hints(): ProofHints {
    return { origin: this.origin, verifierKey: this.verifierKey, platformKeys: [this.platform.jwk], eip155: DevChain.EIP155, contract: this.chain.contract }
  }

  trust(more: { blocks?: string[]; require?: TrustFile['require'] } = {}): TrustFile {
    const { origin, verifierKey: key, platformKeys, eip155, contract } = this.hints
    return {
      format: TRUST_FORMAT,
      ledger: { origin, verifierKey: key },
      platformKeys: platformKeys.map((jwk) => ({ ...jwk })),
      chain: { eip155, contract, ...(more.blocks && { blocks: more.blocks }) },
      ...(more.require && { require: more.require }),
    }
  }

  append(entry: Uint8Array): number {
    this.tree.append(leafHash(entry))
    return this.entries.push(entry) - 1
  }

  control(payload: ControlPayload): Promise<Uint8Array> {
    return signControlEntry({ chain: this.chainId, iat: IAT, jti: devId('e', ++this.jtis) }, payload, this.platform.signer)
  }

  /** A device that is not bound yet. */
  async newDevice(alg: DevAlg = 'EdDSA'): Promise<DevDevice> {
    const id = devId('d', ++this.devices)
    return { id, alg, keys: [await devKey(`${this.options.label ?? 'dev'} ${id}#1`, `${id}#1`, alg)], nextSeq: 0, keyEntries: [] }
  }

  async bindingOf({ id, keys: [{ jwk, signer }] }: DevDevice): Promise<Uint8Array> {
    const request = await makeBindingRequest({ chain: this.chainId, iat: IAT, jwk }, signer)
    return this.control({ typ: 'brume-binding', device: id, keyNumber: 1, jwk, request: ascii(request) })
  }

  async bind(device: DevDevice): Promise<DevDevice> {
    device.keyEntries.push(this.append(await this.bindingOf(device)))
    return device
  }

  async addDevice(alg: DevAlg = 'EdDSA'): Promise<DevDevice> {
    return this.bind(await this.newDevice(alg))
  }

  async replaceKey(device: DevDevice, { lost }: { lost: boolean }): Promise<void> {
    const old = currentKey(device)
    const keyNumber = device.keys.length + 1
    const next = await devKey(`${this.options.label ?? 'dev'} ${device.id}#${keyNumber}`, `${device.id}#${keyNumber}`, device.alg)
    const possession = ascii(await makeKeyPossession({ iat: IAT, jwk: next.jwk }, next.signer))
    const subject = { typ: 'brume-key', device: device.id, keyNumber, jwk: next.jwk, possession } as const
    const endorsement = ascii(await makeKeyEndorsement({ iat: IAT, jwk: next.jwk }, old.signer))
    const entry = await this.control(lost ? { ...subject, lost } : { ...subject, lost, endorsement })
    device.keys.push(next)
    device.keyEntries.push(this.append(entry))
  }

  async setStatus({ id }: DevDevice, status: DeviceStatus): Promise<void> {
    this.append(await this.control({ typ: 'brume-device-status', device: id, status }))
  }

  /** By the newest key, unless another is named. */
  sign(device: DevDevice, text: string, { seq = device.nextSeq++, key = currentKey(device), chain = this.chainId } = {}): Promise<Uint8Array> {
    return signReading({ chain, seq, iat: IAT + seq, cty: 'application/senml+json' }, new TextEncoder().encode(text), key.signer)
  }

  async read(device: DevDevice, value: number): Promise<number> {
    return this.append(await this.sign(device, JSON.stringify([{ n: 'temperature', u: 'Cel', v: value }])))
  }

  /** Signs a checkpoint of all entries. */
  async checkpoint({ size = this.tree.size, root = this.tree.root() } = {}): Promise<DevCheckpoint> {
    const checkpoint: DevCheckpoint = { size, note: await signCheckpoint({ origin: this.origin, size, root }, this.noteSigner()) }
    this.checkpoints.push(checkpoint)
    return checkpoint
  }

  /** Signs a checkpoint, and puts it or the entries themselves on the chain. */
  async publish(): Promise<void> {
    const checkpoint = await this.checkpoint()
    if (this.options.writeMode === 'batched') checkpoint.anchor = await this.anchor(checkpoint.size, this.tree.root())
    else await this.record(this.entries.slice(this.records.length))
  }

  async anchor(size: number, root: Uint8Array): Promise<MinedEvent> {
    const [event] = await this.chain.call('anchor', [[this.key, size, bytesToHex(root)]])
    if (!event) throw new Error('one call has one event')
    return event
  }

  async record(entries: readonly Uint8Array[]): Promise<void> {
    const from = this.records.length
    this.records.push(...(await this.chain.call('record', entries.map((entry, at) => [this.key, from + at, bytesToHex(entry)]))))
  }

  noteSigner(): NoteSigner {
    return ed25519Signer(this.origin, ed25519.getPublicKey(this.noteKey), (text) => ed25519.sign(text, this.noteKey))
  }

  /** Under the newest published checkpoint. */
  proofOf(index: number, device: DevDevice): Promise<Proof> {
    const reading = parseReading(at(this.entries, index))
    const keyIndexes = device.keyEntries.slice(0, reading.ok ? reading.envelope.signer.keyNumber : 1)
    return this.options.writeMode === 'batched' ? this.batchedProof(index, keyIndexes) : Promise.resolve(this.directProof(index, keyIndexes))
  }

  private async batchedProof(index: number, keyIndexes: readonly number[]): Promise<Proof> {
    const { note, size, anchor } = at(this.checkpoints, this.checkpoints.length - 1)
    if (!anchor) throw new Error('the newest checkpoint is not anchored')
    const included = async (entry: number) => ({ envelope: at(this.entries, entry), index: entry, path: await inclusionProof(entry, size, this.tree) })
    const keyEntries = await Promise.all(keyIndexes.map(included))
    return makeBatchedProof({ chain: this.chainId, hints: this.hints, reading: await included(index), keyEntries, checkpoint: { note, size }, anchor })
  }

  private directProof(index: number, keyIndexes: readonly number[]): Proof {
    const recorded = (entry: number) => ({ envelope: at(this.entries, entry), record: at(this.records, entry) })
    return makeDirectProof({ chain: this.chainId, hints: this.hints, reading: recorded(index), keyEntries: keyIndexes.map(recorded) })
  }
}

function currentKey({ keys }: DevDevice): DevKey {
  return keys.at(-1) ?? keys[0]
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new Error(`nothing stands at ${index}`)
  return found
}

function ascii(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
