import { describe, expect, it } from 'vitest'
import { faults } from './faults/index.ts'
import { chosenFaults, drillOptions } from './options.ts'

const namesOf = (...argv: string[]) => chosenFaults(faults, drillOptions(argv)).map(({ name }) => name)

describe('what a drill runs', () => {
  it('is every fault, each under a name of its own', () => {
    expect(namesOf()).toHaveLength(faults.length)
    expect(new Set(namesOf()).size).toBe(faults.length)
  })

  it('is the short form in CI', () => {
    expect(namesOf('--short')).toEqual(['kill-ingest', 'kill-ledger', 'kill-broker', 'kill-database', 'kill-engine', 'pause-broker', 'cut-ingest-broker', 'poison', 'two-owners', 'scale'])
  })

  it('is what was asked for by name, and nothing that does not exist', () => {
    expect(namesOf('--only', 'poison,kill-auth')).toEqual(['kill-auth', 'poison'])
    expect(() => namesOf('--only', 'poisson')).toThrow('there is no fault poisson; there are kill-auth,')
    expect(() => namesOf('--fast')).toThrow(TypeError)
  })
})
