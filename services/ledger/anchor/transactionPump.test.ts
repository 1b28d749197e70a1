import { systemClock } from '@brume/config'
import type { Database } from '@brume/prisma'
import { getBytes, keccak256 } from 'ethers'
import { expect, it, onTestFinished } from 'vitest'
import { EngineYard, signedTransfers, until } from '../engines/engine.fixture.ts'
import type { JsonRpc } from '../engines/index.ts'
import { ChainRpc } from './chainRpc.ts'
import { TransactionRepository, type Evidence, type StoredTransaction } from './transaction.repository.ts'
import { TransactionPump } from './transactionPump.ts'

/** Rows in memory: the pump's order of things is looked at, on a real engine. */
class Rows extends TransactionRepository {
  constructor(private rows: StoredTransaction[], private readonly log: string[]) {
    super({} as Database) // both methods that the pump calls are here
  }

  override async open(): Promise<StoredTransaction[]> {
    return this.rows
  }

  override async finalize(_chainNo: number, evidence: Evidence[]): Promise<void> {
    this.log.push(`stored ${nonces(evidence)}`)
    const final = new Set(evidence.map(({ nonce }) => nonce))
    this.rows = this.rows.filter(({ nonce }) => !final.has(nonce))
  }
}

function nonces(of: readonly { readonly nonce: number }[]): string {
  return of.map(({ nonce }) => nonce).join(' ')
}

function stored(raw: string, nonce: number): StoredTransaction {
  return { nonce, purpose: 'record', subject: nonce, raw: getBytes(raw), hash: keccak256(raw), state: 'signed', blockNumber: null, createdAt: new Date(0) }
}

/** A pump with two transactions to bring to their end, and what it tells of them. */
async function start(wrap: (rpc: JsonRpc, log: string[]) => JsonRpc) {
  const yard = new EngineYard()
  onTestFinished(() => yard.clear())
  const spec = yard.spec()
  const { rpc } = await yard.engine().start(spec)
  onTestFinished(() => rpc.close())
  const raws = await signedTransfers(yard.writer, spec.eip155, [0, 1])
  const log: string[] = []
  const wrapped = new ChainRpc(wrap(rpc, log))
  const pump = new TransactionPump({ no: 1, writerAddress: yard.writer.address }, new Rows(raws.map(stored), log), async () => wrapped, systemClock, {
    broadcast: (transactions) => log.push(`broadcast ${nonces(transactions)}`),
    included: (transactions) => transactions.length > 0 && log.push(`included ${nonces(transactions)}`),
    finalized: (transactions) => log.push(`final ${nonces(transactions)}`),
    trouble: (error) => log.push(`trouble ${String(error)}`),
  })
  onTestFinished(() => pump.stop())
  pump.wake()
  await until(() => log.includes('final 0 1'))
  return log
}

it('tells of a broadcast before the engine has answered, and of the block before the evidence is stored', async () => {
  const log = await start((rpc, told) => ({
    call: (...call) => rpc.call(...call),
    async batch(calls, options) {
      const outcomes = await rpc.batch(calls, options)
      if (calls[0]?.method === 'eth_sendRawTransaction') told.push('answered')
      return outcomes
    },
    close: () => rpc.close(),
  }))
  expect(log.filter((told) => told !== 'answered')).toEqual(['broadcast 0 1', 'included 0 1', 'stored 0 1', 'final 0 1'])
  expect(log.indexOf('answered')).toBeGreaterThan(0)
})

it('tells of a broadcast again when the engine could not be reached', async () => {
  let reachable = false
  const log = await start((rpc) => ({
    call: (...call) => rpc.call(...call),
    async batch(calls, options) {
      if (reachable) return rpc.batch(calls, options)
      reachable = true
      throw new Error('no engine')
    },
    close: () => rpc.close(),
  }))
  expect(log).toEqual(['broadcast 0 1', 'trouble Error: no engine', 'broadcast 0 1', 'included 0 1', 'stored 0 1', 'final 0 1'])
})
