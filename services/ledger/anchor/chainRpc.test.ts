import { describe, expect, it } from 'vitest'
import { maxRequestBytes, RpcError, type JsonRpc, type RpcCall, type RpcOutcome } from '../engines/index.ts'
import { ChainRpc } from './chainRpc.ts'

/** Answers every call of a batch alike, and keeps what it was asked. */
class RecordingRpc implements JsonRpc {
  readonly batches: (readonly RpcCall[])[] = []
  constructor(private readonly outcome: RpcOutcome) {}
  call(): Promise<unknown> {
    return Promise.reject(new Error('not asked here'))
  }
  async batch(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    this.batches.push(calls)
    return calls.map(() => this.outcome)
  }
  close(): void {}
}

describe('broadcasting', () => {
  it('keeps every request below what the socket takes, and the order', async () => {
    const rpc = new RecordingRpc({ ok: true, result: '0x' })
    const raws = Array.from({ length: 40 }, (_, i) => new Uint8Array(65_535).fill(i))
    await new ChainRpc(rpc).sendRaw(raws)
    for (const batch of rpc.batches) expect(JSON.stringify(batch).length).toBeLessThan(maxRequestBytes)
    expect(rpc.batches.flat().map(({ params }) => String(params[0]).slice(2, 4))).toEqual(raws.map((_, i) => i.toString(16).padStart(2, '0')))
  })

  it('sends small ones together', async () => {
    const rpc = new RecordingRpc({ ok: true, result: '0x' })
    await new ChainRpc(rpc).sendRaw(Array.from({ length: 130 }, () => new Uint8Array(900)))
    expect(rpc.batches.map(({ length }) => length)).toEqual([64, 64, 2])
  })

  it('takes no offence when the engine has the transaction already', async () => {
    const known = new RpcError(-32000, "the tx doesn't have the correct nonce. account has nonce of: 5 tx has nonce of: 4")
    await new ChainRpc(new RecordingRpc({ ok: false, error: known })).sendRaw([new Uint8Array(1)])
  })

  it('tells of every other refusal', async () => {
    const refusal = new RpcError(-32000, 'insufficient funds for gas * price + value')
    await expect(new ChainRpc(new RecordingRpc({ ok: false, error: refusal })).sendRaw([new Uint8Array(1)])).rejects.toThrow('insufficient funds')
  })
})
