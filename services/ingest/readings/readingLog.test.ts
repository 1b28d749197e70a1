import { createLogger, NestLogger } from '@brume/observability'
import { expect, it, onTestFinished } from 'vitest'
import { chainState, newDevice, reading, TestIngest } from '../ingest.fixture.ts'

async function start(level: 'debug' | 'info') {
  const lines: string[] = []
  const ingest = await TestIngest.start({ logger: new NestLogger(createLogger({ level, to: { write: (line) => void lines.push(line) } })) })
  onTestFinished(() => ingest.stop())
  const device = await newDevice()
  const chain = await ingest.provide(chainState({ partition: 2 }), device)
  const about = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line)).filter(({ msg }) => typeof msg === 'string' && msg.startsWith('a reading was'))
  return { ingest, device, chain, lines, about }
}

it('says at debug where each reading went, and why one was refused', async () => {
  const { ingest, device, chain, about } = await start('debug')
  const stranger = await newDevice()
  const [one, two, unbound] = [await reading(device, chain.id, 1), await reading(device, chain.id, 2), await reading(stranger, chain.id, 1)]
  const { results } = (await ingest.post({ readings: [unbound, one, 'e30.e30.e30', two, one] })).json()
  const where = { level: 'debug', device: device.id, chain: chain.id }
  expect(about()).toMatchObject([
    { msg: 'a reading was refused', code: 'unknown-device' },
    { ...where, msg: 'a reading was accepted', leafHash: results[1].leafHash, topic: 'entries', partition: 2, offset: 0 },
    { msg: 'a reading was refused', code: 'malformed-envelope', refusal: expect.any(String) },
    { ...where, msg: 'a reading was accepted', leafHash: results[3].leafHash, topic: 'entries', partition: 2, offset: 1 },
    { ...where, msg: 'a reading was repeated', leafHash: results[1].leafHash },
  ])
  expect((await ingest.entries(2)).map(({ offset }) => offset)).toEqual([0, 1])
})

it('never says what is in a reading', async () => {
  const { ingest, device, chain, lines } = await start('debug')
  const payload = 'door code 4711'
  await ingest.postOne(await reading(device, chain.id, 1, { payload }))
  await ingest.postOne(await reading(device, chain.id, 1, { payload: `${payload}!` }))
  await ingest.postOne(`${await reading(device, chain.id, 2, { payload })}=`)
  const text = lines.join('')
  for (const secret of [payload, Buffer.from(payload).toString('base64url').slice(0, 16)]) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/eyJ/)
})

it('is silent above debug', async () => {
  const { ingest, device, chain, about } = await start('info')
  expect((await ingest.postOne(await reading(device, chain.id, 1))).statusCode).toBe(202)
  expect(about()).toEqual([])
})
