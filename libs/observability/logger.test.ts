import { describe, expect, it } from 'vitest'
import { OperatorError } from '@brume/config'
import { SigningKey } from '@brume/keys'
import { NestLogger, createLogger } from './logger.ts'

function record() {
  const lines: string[] = []
  const logger = createLogger({ level: 'debug', to: { write: (line) => void lines.push(line) } })
  return { logger, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') }
}

describe('createLogger', () => {
  it('writes JSON lines with level and RFC 3339 time', () => {
    const { logger, last } = record()
    logger.info({ chain: 'c1' }, 'anchored')
    expect(last()).toEqual({ level: 'info', chain: 'c1', msg: 'anchored', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) })
  })

  it('keeps the fields of a line to that line', () => {
    const { logger, last } = record()
    logger.info({ chain: 'c1' }, 'first')
    logger.info({ device: 'd1' })
    expect(last()).toEqual({ level: 'info', device: 'd1', time: expect.any(String) })
  })

  it('cuts user and password out of a URL, and shows no stack of what the operator mends', () => {
    const { logger, last } = record()
    logger.error({ error: new OperatorError('cannot reach postgresql://brume:hunter2@db:5432/brume') })
    expect(last()).toMatchObject({ error: { type: 'OperatorError', message: 'cannot reach postgresql://[redacted]@db:5432/brume' } })
    expect(JSON.stringify(last())).not.toMatch(/hunter2|logger\.test/)
  })

  it('never writes tokens, keys or private JWK members', () => {
    const { logger, lines } = record()
    const jwk = SigningKey.generate('k').toKeyObject().export({ format: 'jwk' })
    const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ0In0.c2lnbmF0dXJl'
    logger.info({ headers: { authorization: `Bearer ${token}` }, operatorToken: 'top-secret-1', jwk, keys: { list: { jwk } } })
    logger.error({ request: { req: { headers: { authorization: 'Basic top-secret-2' } } } })
    logger.error({ err: Object.assign(new Error(`upstream refused Bearer top-secret-3 and ${token}`), { request: 'top-secret-4' }) })
    logger.warn(`refused ${token}`)
    logger.info({ a: { b: { c: { d: { seed: Uint8Array.of(201, 202), kek: Buffer.of(203), 'Set-Cookie': ['s=top-secret-5', 'a]"b'] } } } }, note: 'the member "d":"x" stays' })
    const text = lines.join('')
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(text).not.toMatch(/201|203/)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ note: 'the member "d":"x" stays' })
    expect(text).not.toMatch(/top-secret|eyJ/)
    expect(text).not.toContain(jwk.d)
    expect(text).toContain(jwk.x)
    expect(text).toContain('upstream refused [redacted] and [redacted]')
  })
})

describe('NestLogger', () => {
  it('keeps the context, members of objects and the stack of errors', () => {
    const { logger, last } = record()
    const nest = new NestLogger(logger)
    nest.log('started', 'Main')
    expect(last()).toMatchObject({ level: 'info', context: 'Main', msg: 'started' })
    nest.error({ instance: 'urn:uuid:1', cause: new Error('disk') }, 'Problem')
    expect(last()).toMatchObject({ level: 'error', context: 'Problem', instance: 'urn:uuid:1', cause: { type: 'Error', message: 'disk', stack: expect.stringContaining('logger.test.ts') } })
    nest.fatal(new Error('gone'), 'Main')
    expect(last()).toMatchObject({ level: 'fatal', msg: 'gone', err: { message: 'gone' } })
  })

  it('leaves out what is below the level', () => {
    const { logger, lines } = record()
    new NestLogger(logger).verbose('detail')
    expect(lines).toEqual([])
  })
})
