import { describe, expect, it } from 'vitest'
import { hostingArguments } from './arguments.ts'

describe('arguments of the hosting comparison', () => {
  it('are the quick plan when there are none', () => {
    expect(hostingArguments([])).toEqual({ plan: { name: 'quick' }, printPlan: false, out: undefined, resume: undefined, evenIfOther: false, only: undefined, seed: undefined })
  })

  it('choose a plan, a folder, blocks and a seed', () => {
    expect(hostingArguments(['--full', '--plan', '--out', 'x', '--only', '^fog', '--seed', '7'])).toEqual({ plan: { name: 'full' }, printPlan: true, out: 'x', resume: undefined, evenIfOther: false, only: /^fog/, seed: 7 })
    expect(hostingArguments(['--plan-file', 'p.json']).plan).toEqual({ file: 'p.json' })
  })

  it.each([
    [['--full', '--plan-file', 'p.json'], '--full and --plan-file do not go together'],
    [['--out', 'a', '--resume', 'b'], '--out and --resume do not go together'],
    [['--resume', 'b', '--seed', '1'], '--resume and --seed do not go together'],
    [['--resume', 'b', '--full'], '--resume and --full do not go together'],
    [['--even-if-other'], '--even-if-other goes with --resume'],
    [['--only', '('], '--only ( is no regular expression'],
    [['--seed', '-1'], 'argument'],
    [['--seed', '1e3'], '--seed is a whole number'],
    [['--quick'], 'Unknown option'],
  ])('that make no sense are refused: %s', (argv, words) => {
    expect(() => hostingArguments(argv)).toThrow(words)
    expect(() => hostingArguments(argv)).toThrow(TypeError)
  })
})
