import { describe } from 'vitest'
import { keepsDevices } from './devices.fixture.ts'
import { keepsEntries } from './entries.fixture.ts'
import { keepsIdentities } from './identities.fixture.ts'
import { findsLeaves } from './leaves.fixture.ts'
import { keepsPositions } from './positions.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'
import { appendsWholly } from './wholeAppends.fixture.ts'

/** What the rest of the ledger relies on, whatever database stands behind the port. */
export function keepsTheLedgerStoreContract(open: OpenStore): void {
  describe('positions', () => {
    keepsPositions(open)
  })
  describe('appends', () => {
    appendsWholly(open)
  })
  describe('entries', () => {
    keepsEntries(open)
  })
  describe('leaves', () => {
    findsLeaves(open)
  })
  describe('identities', () => {
    keepsIdentities(open)
  })
  describe('devices', () => {
    keepsDevices(open)
  })
}
