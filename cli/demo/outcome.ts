/** What the demo has seen, and `demo.json`. The first three count the batched chain. */
export interface DemoOutcome {
  /** Readings with a checked promise. */
  accepted: number
  /** Those of them that stand in the ledger exactly once. */
  inLedger: number
  /** Those of them that an anchor in a final block covers. */
  anchored: number
  /** Readings of the direct chain that are in the ledger and recorded on the chain by a transaction of their own. */
  direct: number
  /** The proof of a reading was verified offline, in this process and by `brume verify`. */
  proof: boolean
  /** The same proof with one bit flipped was refused by both. */
  tamperedRefused: boolean
}

export interface Asked {
  readonly batched: number
  readonly direct: number
}

/** Everything that was sent was accepted, and everything that was accepted is there. */
export function held(outcome: DemoOutcome, asked: Asked): boolean {
  const { accepted, inLedger, anchored, direct, proof, tamperedRefused } = outcome
  return accepted === asked.batched && inLedger === accepted && anchored === accepted && direct === asked.direct && proof && tamperedRefused
}
