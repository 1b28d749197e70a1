import type { ReadingEnvelope } from '@brume/envelope'
import { encodeBase64url } from '@brume/envelope'
import type { Sha256 } from '@brume/merkle'
import { entryFlags } from '@brume/proof'

interface Identity {
  /** SHA-256 of the signing input of the first entry. */
  input: string
  /** Leaf hashes of all entries under this identity. */
  leaves: string[]
}

interface Sequence {
  lowest: number
  highest: number
  identities: Map<number, Identity>
}

export interface Seen {
  /** `repeat`, `equivocation` or 0. */
  flags: number
  /** The very same bytes are an entry already. */
  twice: boolean
}

/** Every reading by its identity: its signing input under (device, epoch, seq). The chain is the ledger's own. */
export class Identities {
  private readonly sequences = new Map<string, Sequence>()
  private readonly sha256: Sha256

  constructor(sha256: Sha256) {
    this.sha256 = sha256
  }

  see({ signer, epoch, seq, signingInput }: ReadingEnvelope, leafHash: Uint8Array): Seen {
    const { identities } = this.sequenceOf(`${signer.deviceId}/${epoch}`, seq)
    const input = encodeBase64url(this.sha256(signingInput))
    const leaf = encodeBase64url(leafHash)
    const known = identities.get(seq)
    if (!known) {
      identities.set(seq, { input, leaves: [leaf] })
      return { flags: 0, twice: false }
    }
    const twice = known.leaves.includes(leaf)
    known.leaves.push(leaf)
    return { flags: known.input === input ? entryFlags.repeat : entryFlags.equivocation, twice }
  }

  gaps(): number {
    return [...this.sequences.values()].reduce((gaps, { lowest, highest, identities }) => gaps + (highest - lowest + 1 - identities.size), 0)
  }

  private sequenceOf(name: string, seq: number): Sequence {
    const sequence = this.sequences.get(name) ?? { lowest: seq, highest: seq, identities: new Map<number, Identity>() }
    sequence.lowest = Math.min(sequence.lowest, seq)
    sequence.highest = Math.max(sequence.highest, seq)
    this.sequences.set(name, sequence)
    return sequence
  }
}
