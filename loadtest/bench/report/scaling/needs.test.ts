import { expect, it } from 'vitest'
import { assumptions } from './assumptions.ts'
import type { Figures } from './figures.ts'
import { limitsOf } from './limits.ts'
import { costPerMillion, needsAt } from './needs.ts'

const figures: Figures = {
  ingestRate: 5_000, partitionRate: 2_500, acceptUs: 100, sequenceUs: 50, databaseUs: 30, brokersUs: 20, edgeUs: 2, enginesUs: 1,
  requestBytes: 600, answerBytes: 150, logBytes: 700, databaseBytes: 1_000, walBytes: 2_000,
}

it('needs ten times as much for ten times the rate, and whole ones of what cannot be parted', () => {
  const [small, large] = [needsAt(9_000, figures, assumptions), needsAt(90_000, figures, assumptions)]
  expect([small.ingestReplicas, small.partitions, large.ingestReplicas, large.partitions]).toEqual([3, 6, 30, 60])
  expect(large.cores.services / small.cores.services).toBeCloseTo(10)
  expect(small.cores.services).toBeCloseTo((9_000 * 150) / 1e6 / 0.6)
  expect(needsAt(100, figures, assumptions).logPerDay).toBe(100 * 86_400 * 700 * 3)
})

it('takes another deployment when the first thing of a database is used up', () => {
  const mostOfWal = (0.6 * 500e6) / 2_000
  expect([needsAt(mostOfWal, figures, assumptions).deployments, needsAt(mostOfWal + 1, figures, assumptions).deployments]).toEqual([1, 2])
})

it('has the limits in the order in which they are reached', () => {
  const rates = limitsOf(figures, assumptions).map(({ rate }) => rate)
  expect(rates).toEqual(rates.toSorted((one, other) => one - other))
  expect(limitsOf({ ...figures, partitionRate: 1 }, assumptions)[0]?.what).toBe('one partition with its ledger replica')
})

it('prices a million readings', () => {
  const { cpu, disks, network } = costPerMillion(figures, assumptions)
  expect(cpu).toBeCloseTo((203 / 3_600 / 0.6) * 0.04)
  expect(disks).toBeCloseTo((3 * 0.7 + 2 * 1) * 0.08)
  expect(network).toBeCloseTo(0.15 * 0.05)
})
