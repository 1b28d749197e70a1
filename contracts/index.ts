import checkpointAnchor from './artifacts/CheckpointAnchor.json' with { type: 'json' }
import readingRecord from './artifacts/ReadingRecord.json' with { type: 'json' }

/** One entry of a contract's ABI (Solidity ABI specification, "JSON"); ethers takes it as it is. */
export interface AbiEntry {
  readonly type: string
  readonly name?: string
  readonly stateMutability?: string
  readonly anonymous?: boolean
  readonly inputs?: readonly AbiParameter[]
  readonly outputs?: readonly AbiParameter[]
}

export interface AbiParameter {
  readonly name: string
  readonly type: string
  readonly internalType?: string
  readonly indexed?: boolean
}

export interface ContractArtifact {
  readonly contract: string
  /** Of solc, with its commit. */
  readonly compiler: string
  readonly abi: readonly AbiEntry[]
  /** Creation code, `0x` and hexadecimal digits. */
  readonly bytecode: string
}

/** Keeps the newest checkpoint of each ledger: see ICheckpointAnchor.sol. */
export const CheckpointAnchor: ContractArtifact = checkpointAnchor

/** Writes each envelope into an event: see IReadingRecord.sol. */
export const ReadingRecord: ContractArtifact = readingRecord
