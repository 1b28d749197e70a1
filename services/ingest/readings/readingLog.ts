import { ENTRIES } from '@brume/event-log'
import { Problem } from '@brume/http'
import { debugLines, type LogFields, type WriteLine } from '@brume/observability'
import type { LoggerService } from '@nestjs/common'
import type { Accepted } from './acceptance.ts'
import type { ChainAppend } from './chainAppend.ts'
import type { Claim } from './claims.ts'
import type { Candidate } from './recognition.ts'

export interface DecidedReadings {
  readonly candidates: readonly Candidate[]
  readonly claims: readonly Claim[]
  /** One for each reading of the request. */
  readonly outcomes: readonly (Accepted | Problem)[]
}

/** One debug line for each reading: where it went, or why it was refused. Never what is in it. */
export class ReadingLog {
  private constructor(private readonly write: WriteLine) {}

  /** Undefined where debug is off, so that readings then cost one comparison. */
  static of(logger: LoggerService): ReadingLog | undefined {
    const write = debugLines(logger)
    return write === undefined ? undefined : new ReadingLog(write)
  }

  decided({ candidates, claims, outcomes }: DecidedReadings): void {
    const devices = new Map(candidates.map(({ index, envelope }) => [index, envelope.signer.deviceId]))
    const known = new Map(candidates.map(({ index, chain }) => [index, chain.id]))
    const places = placesOf(claims)
    for (const [index, outcome] of outcomes.entries()) {
      const fields = { device: devices.get(index), chain: known.get(index) }
      if (outcome instanceof Problem) this.refused(outcome, fields)
      else this.accepted({ ...fields, leafHash: outcome.leafHash, ...places.get(index) })
    }
  }

  private accepted(fields: LogFields): void {
    const msg = fields.offset === undefined ? 'a reading was repeated' : 'a reading was accepted'
    this.write({ msg, ...fields })
  }

  /** The rule that it broke is named; what it was broken with may be a part of the payload. */
  private refused({ kind, extensions }: Problem, fields: LogFields): void {
    const { refusal } = extensions
    this.write({ msg: 'a reading was refused', ...fields, code: kind.code, ...(typeof refusal === 'string' && { refusal }) })
  }
}

/** Where in the log each new reading of the request stands: those of one chain are neighbours, in the order of the claims. */
function placesOf(claims: readonly Claim[]): ReadonlyMap<number, LogFields> {
  const places = new Map<number, LogFields>()
  const taken = new Map<ChainAppend, number>()
  for (const { index, kind, append, chain } of claims) {
    if (kind !== 'new' || append?.outcome?.ok !== true) continue
    const place = taken.get(append) ?? 0
    taken.set(append, place + 1)
    places.set(index, { topic: ENTRIES, partition: chain.state.partition, offset: append.outcome.firstOffset + place })
  }
  return places
}
