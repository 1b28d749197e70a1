import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { target } from './environment.ts'
import { call, expectProblem, get } from './http.ts'
import { newTenant } from './world/world.ts'

const path = '/v1/dead-letters'
/** A partition of a topic that never was: no letter has this id. */
const unknown = 'devices.0.999999999999'
const asOperator = (rest = '') => get(path + rest, target.operatorToken)

// What did not parse cannot be made from outside: ingest refuses it before the log. So the list is whatever it is, and is read in its own terms.
describe('the dead letters', () => {
  it('are a list in pages, the newest last', async () => {
    const answer = await asOperator('?limit=1000')
    expect([answer.status, answer.json]).toMatchObject([200, { items: expect.any(Array), complete: expect.any(Boolean) }])
    const times = answer.json.items.map(({ time }: { time: string }) => time)
    expect(times).toEqual(times.toSorted())
    for (const letter of answer.json.items) expect(letter).toMatchObject({ id: `${letter.topic}.${letter.partition}.${letter.offset}`, reason: expect.any(String), state: expect.stringMatching(/^(open|replayed|superseded)$/) })
  })

  it('are narrowed by topic and state', async () => {
    for (const query of ['?topic=entries', '?state=open', '?topic=devices&state=replayed&limit=1']) expect((await asOperator(query)).status).toBe(200)
    expect((await asOperator('?topic=there-is-none')).json).toMatchObject({ items: [], next: null })
  })

  it.each(['?limit=0', '?limit=1001', '?limit=x', '?cursor=%20', '?state=lost', '?topic=', '/devices', '/devices.0', '/devices.0.-1', '/Devices.0.1', `/${'x'.repeat(90)}`])('refuse %s', async (rest) => {
    await expectProblem(await asOperator(rest), 400, 'invalid-request')
  })

  it('have none of an unknown id, to be shown or replayed', async () => {
    await expectProblem(await asOperator(`/${unknown}`), 404, 'dead-letter-not-found')
    const replay = () => call('POST', `${path}/${unknown}/replay`, { token: target.operatorToken, headers: { 'idempotency-key': key } })
    const key = randomUUID()
    for (let tries = 0; tries < 2; tries++) await expectProblem(await replay(), 404, 'dead-letter-not-found')
  })

  it('take no body and no other method', async () => {
    await expectProblem(await call('POST', `${path}/${unknown}/replay`, { token: target.operatorToken, json: { topic: 'entries' } }), 400, 'invalid-request')
    await expectProblem(await call('DELETE', `${path}/${unknown}`, { token: target.operatorToken }), 405, 'method-not-allowed')
    await expectProblem(await call('POST', path, { token: target.operatorToken, json: {} }), 405, 'method-not-allowed')
  })

  it('are the operator\'s alone', async () => {
    const { token } = await newTenant()
    for (const [method, rest] of [['GET', ''], ['GET', `/${unknown}`], ['POST', `/${unknown}/replay`]] as const) {
      await expectProblem(await call(method, path + rest), 401, 'token-missing')
      await expectProblem(await call(method, path + rest, { token }), 403, 'operator-only')
    }
  })
})
