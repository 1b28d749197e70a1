import { describe, expect, it } from 'vitest'
import { anvilBlocks } from './anvilBlocks.fixture.ts'
import { decodeReceipt, encodeReceipt, MalformedError } from './index.ts'
import type { RpcReceipt } from './index.ts'
import { receiptFromRpc } from './receiptFromRpc.fixture.ts'
import { decodeRlp, encodeRlp, rlpList } from './rlp.ts'
import type { RlpItem } from './rlp.ts'

const receipts = anvilBlocks.flatMap((recorded) => recorded.receipts)
const withLog = receipts.find((receipt) => receipt.logs.length > 0)
const legacy = receipts.find((receipt) => receipt.type === '0x0')
if (withLog === undefined || legacy === undefined) throw new Error('the vectors hold a receipt with a log and a legacy one')

describe('receipt', () => {
  it('reads what it wrote', () => {
    for (const rpc of receipts) {
      expect(decodeReceipt(encodeReceipt(rpc))).toEqual(receiptFromRpc(rpc))
      expect(decodeReceipt(encodeReceipt(rpc, 'ganache'))).toEqual(receiptFromRpc(rpc))
    }
  })

  it('differs between the dialects only when the transaction was reverted', () => {
    expect(encodeReceipt(withLog, 'ganache')).toEqual(encodeReceipt(withLog))
    expect(encodeReceipt({ ...withLog, status: '0x0' }, 'ganache')).not.toEqual(encodeReceipt({ ...withLog, status: '0x0' }))
  })

  it('carries its type byte, and none when it is legacy', () => {
    expect(encodeReceipt(withLog)[0]).toBe(2)
    expect(encodeReceipt(legacy)[0]).toBeGreaterThanOrEqual(0xc0)
    expect(encodeReceipt({ ...legacy, type: undefined })).toEqual(encodeReceipt(legacy))
  })
})

describe('encodeReceipt refuses', () => {
  it.each<[string, Partial<RpcReceipt>]>([
    ['a receipt from before Byzantium', { status: undefined }],
    ['a status that is no boolean', { status: '0x2' }],
    ['a type that it does not know', { type: '0x7e' }],
    ['a short bloom', { logsBloom: '0x00' }],
    ['a short address', { logs: [{ address: '0x00', topics: [], data: '0x' }] }],
    ['a short topic', { logs: [{ address: `0x${'00'.repeat(20)}`, topics: ['0x00'], data: '0x' }] }],
  ])('%s', (_, change) => {
    expect(() => encodeReceipt({ ...withLog, ...change })).toThrow(MalformedError)
  })
})

describe('decodeReceipt refuses', () => {
  const encoded = encodeReceipt(legacy)
  const items = () => rlpList(decodeRlp(encoded))
  const withLogs = (...logs: RlpItem[]) => encodeRlp(items().with(3, logs))
  const address = new Uint8Array(20)
  const word = new Uint8Array(32)

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a type byte alone', Uint8Array.of(2)],
    ['the type 0', Uint8Array.of(0, ...encoded)],
    ['a type that it does not know', Uint8Array.of(0x7e, ...encoded)],
    ['a byte that is neither type nor list', Uint8Array.of(0x80, ...encoded)],
    ['a byte too many', Uint8Array.of(...encoded, 0)],
    ['a byte too few', encoded.slice(0, -1)],
    ['a field too many', encodeRlp([...items(), new Uint8Array()])],
    ['a field too few', encodeRlp(items().slice(0, 3))],
    ['a status of two', encodeRlp(items().with(0, Uint8Array.of(2)))],
    ['a status of two bytes', encodeRlp(items().with(0, Uint8Array.of(0, 1)))],
    ['a state root in place of a status', encodeRlp(items().with(0, word))],
    ['a short bloom', encodeRlp(items().with(2, new Uint8Array(255)))],
    ['logs that are a string', encodeRlp(items().with(3, new Uint8Array()))],
    ['a log that is a string', withLogs(word)],
    ['a log of four fields', withLogs([address, [], new Uint8Array(), new Uint8Array()])],
    ['a log of two fields', withLogs([address, []])],
    ['a short address', withLogs([new Uint8Array(19), [], new Uint8Array()])],
    ['a short topic', withLogs([address, [new Uint8Array(31)], new Uint8Array()])],
    ['five topics', withLogs([address, [word, word, word, word, word], new Uint8Array()])],
  ])('%s', (_, bytes) => {
    expect(() => decodeReceipt(bytes)).toThrow(MalformedError)
  })
})
