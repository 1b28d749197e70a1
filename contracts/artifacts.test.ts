import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CheckpointAnchor, ReadingRecord } from './index.ts'

describe('artifacts', () => {
  it('are what the compiler makes of the sources', () => {
    const compiler = fileURLToPath(new URL('tools/solc.mjs', import.meta.url))
    expect(execFileSync(process.execPath, [compiler, '--check'], { encoding: 'utf8' })).toBe('')
  })

  it.each([CheckpointAnchor, ReadingRecord])('of $contract stay below the size limit of EIP-170', ({ bytecode }) => {
    expect(bytecode).toMatch(/^0x(?:[0-9a-f]{2}){1,24576}$/)
  })
})
