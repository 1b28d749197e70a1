import { describe, expect, it } from 'vitest'
import { knownPart, syntheticPlan, syntheticRun, type Behaviour } from '../syntheticRun.fixture.ts'
import { Digest } from '../digest/digest.ts'
import { duelsOf } from '../digest/duel.ts'
import { batchCapacitySentence, batchEffectSentence } from './batches.ts'
import { dominanceOf, dominanceSentences } from './dominance.ts'
import type { Finding } from './finding.ts'
import { findingsOf } from './findings.ts'
import { fogAgainstSentence, meetingText } from './fogAgainst.ts'
import { networkShareSentence } from './networkShare.ts'

function findings(changes: Partial<Behaviour> = {}, plan = syntheticPlan()): readonly Finding[] {
  const digest = new Digest(syntheticRun(changes, plan))
  return findingsOf(digest, duelsOf(digest))
}

function sentences(found: readonly Finding[], question: RegExp): readonly string[] {
  return found.find((finding) => question.test(finding.question))?.sentences ?? []
}

describe('the findings', () => {
  const known = findings()

  it('say from which share of its capacity on the small fog box loses, and that the large one does not', () => {
    const against = sentences(known, /share of its capacity/)
    expect(against.find((sentence) => sentence.startsWith('fog-0.25 against cloud (batched, one reading per request, both equally busy)'))).toMatch(/on wired\+near \(2 ms between site and cloud\) faster at 10 % and 50 %, slower at 80 %, first by 2\.\d+ ms \([\d.]+ to [\d.]+\), no steady latency at 120 %; on lte\+far \(60 ms between site and cloud\) faster at 10 %, 50 % and 80 %, no steady latency at 120 %\.$/)
    expect(against.filter((sentence) => sentence.startsWith('fog-1')).join()).not.toContain('slower')
    expect(against).toContain('fog-1 at 120 % of its capacity was steady in no repetition on wired+near and lte+far: it has no p95 to compare there.')
  })

  it('say at which delay it loses, as computed', () => {
    const [delay] = sentences(known, /network delay/)
    expect(delay).toMatch(/^Computed: fog-0\.25 .* at 10 % of its capacity at every delay from 0 to 60 ms; .* at 80 % of its capacity once the way to the cloud takes more than 4\.\d+ ms \(4\.\d+ to 4\.\d+\); at 120 % of its capacity not decided by this run\.$/)
  })

  it('say the network\'s share of each placement', () => {
    const share = sentences(known, /share of latency/).find((sentence) => sentence.startsWith('cloud, batched, at 80 %'))
    expect(share).toMatch(/^cloud, batched, at 80 % of its capacity: the network's share of a request is (49|50) % \(\d+ % to \d+ %\) on wired\+near with a p50 of 6\.\d+ ms and 96 % \(96 % to 96 %\) on lte\+far with a p50 of 83\.1 ms\.$/)
  })

  it('count where the statement held, did not hold, and is open', () => {
    const [counts, ...where] = sentences(known, /dominate/)
    // Two fog boxes × two networks × four loads; at 120 % nothing is steady.
    expect(counts).toMatch(/^Of 16 measured comparisons/)
    expect(where.join('\n')).toMatch(/It held for .*fog-0\.25 on lte\+far at 10 %, 50 % and 80 %/)
    expect(where.join('\n')).toMatch(/It did not hold for fog-0\.25 on wired\+near .*the fog is slower.* at 80 %/)
  })

  it('say "not decided" of a run in which nothing was measured', () => {
    for (const { sentences: said } of findings({ missing: () => true }).filter(({ question }) => !/100 %/.test(question))) {
      for (const sentence of said) expect(sentence).toMatch(/not decided by this run/)
    }
  })

  it('say how far batches move the point', () => {
    const plan = syntheticPlan([{ ...knownPart, writeModes: ['batched', 'direct'], loads: [0.5] }])
    const serviceMs = ({ placement, writeMode }: { placement: string; writeMode: string }): number => (placement === 'cloud' ? 3 : writeMode === 'direct' ? 12 : 7)
    const [moved] = sentences(findings({ serviceMs }, plan), /batches/)
    // The direct one meets at 9 × 1.0475 ms, the batched one at 4 × 1.0475 ms.
    expect(moved).toMatch(/direct, one reading per request \(50 readings\/s\) once the way to the cloud takes more than 9\.\d+ ms.*batched, one reading per request \(50 readings\/s\) once .* 4\.\d+ ms.*the point moves 5\.\d+ ms down \(batched, one reading per request\)\.$/)
  })
})

describe('a sentence', () => {
  it('about the network\'s share is not decided without numbers', () => {
    expect(networkShareSentence({ placement: 'fog-1', writeMode: 'batched', load: 0.1, networks: [{ network: 'near', share: undefined, p50Ms: undefined }] })).toBe('fog-1, batched, at 10 % of its capacity: not decided by this run.')
  })

  it('about a duel is not decided where the interval does not decide', () => {
    const points = [{ load: 0.5, verdict: { kind: 'undecided' as const, byMs: 1, lowMs: -1, highMs: 3 } }]
    expect(fogAgainstSentence({ fog: 'fog-1', rival: 'cloud', how: 'batched', networks: [{ network: 'near', regionMs: 2, points }] })).toBe('fog-1 against cloud (batched): on near (2 ms between site and cloud) not decided by this run, the interval does not decide at 50 %.')
  })

  it('about batches is left out where there is one way only, or nothing decided', () => {
    const ways = [{ how: 'a', readingsPerS: 1, longestMs: 60, meeting: { kind: 'not decided' as const } }]
    expect(batchEffectSentence({ fog: 'fog-1', rival: 'cloud', load: 0.5, ways: [...ways, ...ways] })).toBeUndefined()
    expect(batchCapacitySentence({ placement: 'fog-1', ways: [{ how: 'a', readingsPerS: 10 }] })).toBeUndefined()
    expect(batchCapacitySentence({ placement: 'fog-1', ways: [{ how: 'one by one', readingsPerS: 10 }, { how: 'in tens', readingsPerS: 40 }] })).toBe('fog-1 takes 10 readings/s one by one, 40 in tens (4 times).')
  })

  it('about a meeting point names its interval, never below 0', () => {
    expect(meetingText({ kind: 'at', delayMs: 1, lowMs: -1, highMs: 3 }, 60)).toBe('once the way to the cloud takes more than 1 ms (0 to 3)')
    expect(meetingText({ kind: 'at most', highMs: 3 }, 60)).toBe('once the way to the cloud takes more than 3 ms at the latest')
  })

  it('about the statement needs both halves to hold, and one to fail', () => {
    const of = (networkDominates: boolean | undefined, fogWins: boolean | undefined) => dominanceOf({ fog: 'f', network: 'n', load: 0.5, networkDominates, fogWins })
    expect([of(true, true), of(true, false), of(false, true), of(false, undefined), of(true, undefined), of(undefined, true)]).toEqual(['held', 'not held', 'not held', 'not held', 'not decided', 'not decided'])
    expect(dominanceSentences([], 'batched')).toEqual([])
  })
})
