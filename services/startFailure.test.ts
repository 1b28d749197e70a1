import { ConfigError, OperatorError } from '@brume/config'
import { KekError } from '@brume/keys'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { startFailure } from './startFailure.ts'

it('shows what the operator mends as its line alone, wrong settings with exit code 2', () => {
  expect(startFailure(new ConfigError(['--port (PORT): must be a whole number']))).toEqual({ text: 'Brume cannot start:\n  --port (PORT): must be a whole number', exitCode: 2 })
  expect(startFailure(new OperatorError('waited 60 s for the broker'))).toEqual({ text: 'waited 60 s for the broker', exitCode: 1 })
  expect(startFailure(new KekError('wrong-kek', 'give back the BRUME_KEK'))).toEqual({ text: 'give back the BRUME_KEK', exitCode: 1 })
})

it('says how to mend what the system refuses', async () => {
  const [first, second] = [createServer(), createServer()]
  first.listen(0, '127.0.0.1')
  await once(first, 'listening')
  const address = first.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  second.listen(port, '127.0.0.1')
  const [error] = await once(second, 'error')
  first.close()
  expect(startFailure(error)).toEqual({ text: `Brume cannot start: listen EADDRINUSE: address already in use 127.0.0.1:${port}: another process listens there: end it, or choose another --port`, exitCode: 1 })
})

it('keeps the stack of a fault of the program', () => {
  const fault = new TypeError('x is undefined')
  expect(startFailure(fault)).toEqual({ text: fault, exitCode: 1 })
})
