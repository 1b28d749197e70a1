import { describe, expect, it } from 'vitest'
import { envelopesArguments } from './arguments.ts'

const needed = ['--url', 'http://127.0.0.1:8080', '--token-file', 't', '--count', '100', '--out', 'o']

describe('arguments of loadtest:envelopes', () => {
  it('make a new batched chain with ten devices and one reading a request unless told', () => {
    expect(envelopesArguments(needed)).toEqual({ url: 'http://127.0.0.1:8080', tokenFile: 't', count: 100, out: 'o', perRequest: 1, devices: 10, chain: undefined, writeMode: 'batched' })
  })

  it.each([
    [['--url', 'x'], 'are needed'],
    [[...needed, '--count', '0'], '--count is a whole number'],
    [[...needed, '--per-request', '1001'], '--per-request is a whole number from 1 to 1000'],
    [[...needed, '--url', 'nowhere'], 'is not a URL'],
    [[...needed, '--write-mode', 'fast'], '--write-mode is batched or direct'],
    [[...needed, '--chain', 'c', '--write-mode', 'direct'], 'has its own'],
    [[...needed, '--what'], '--what'],
  ])('refuse %j', (args, why) => {
    expect(() => envelopesArguments(args)).toThrow(why)
    expect(() => envelopesArguments(args)).toThrow(TypeError)
  })
})
