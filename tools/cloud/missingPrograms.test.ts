import { describe, expect, it } from 'vitest'
import { missingPrograms } from './missingPrograms.ts'

const program = (name: string, found: boolean) => ({ name, packages: [`${name}-package`], found: () => found })

describe('what a cloud needs of the machine', () => {
  it('is said all at once, with one command that gets it', () => {
    expect(missingPrograms([program('java', false), program('postgresql', true), program('haproxy', false)])).toEqual([
      'missing: java',
      'missing: haproxy',
      'to get them: apt-get install -y --no-install-recommends java-package haproxy-package',
    ])
  })

  it('is nothing to talk about when it is there', () => {
    expect(missingPrograms([program('java', true)])).toEqual([])
  })
})
