import { expect } from 'vitest'
import { target } from './environment.ts'

export interface Call {
  readonly token?: string
  readonly json?: unknown
  /** As it is, with this content type. */
  readonly body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> }
  readonly headers?: Readonly<Record<string, string>>
}

export class Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer

  constructor(status: number, headers: Headers, bytes: Buffer) {
    this.status = status
    this.headers = headers
    this.bytes = bytes
  }

  get text(): string {
    return this.bytes.toString()
  }

  /** What a test reads of it, the test asserts; so its form is left open here. */
  // oxlint-disable-next-line no-explicit-any
  get json(): any {
    return JSON.parse(this.text)
  }
}

/** One HTTP exchange with the platform, with nothing of Brume's own client in between. */
export async function call(method: string, path: string, { token, json, body, headers = {} }: Call = {}): Promise<Answer> {
  const sent = body ?? (json === undefined ? undefined : { type: 'application/json', content: JSON.stringify(json) })
  const response = await fetch(target.url + path, {
    method,
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(sent && { 'content-type': sent.type }) },
    ...(sent && { body: sent.content }),
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
  })
  return new Answer(response.status, response.headers, Buffer.from(await response.arrayBuffer()))
}

export const get = (path: string, token?: string): Promise<Answer> => call('GET', path, { token })

/** A refusal as RFC 9457 has it, whose type the platform itself explains. */
export async function expectProblem(answer: Answer, status: number, code: string): Promise<Record<string, unknown>> {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.json).toMatchObject({ type: `/problems/${code}`, status, title: expect.any(String), instance: expect.any(String) })
  await expectExplained(answer.json.type, status, code)
  return answer.json
}

/** Of one item within a batch: the same document, without an instance. */
export async function expectItemProblem(result: unknown, status: number, code: string): Promise<void> {
  expect(result).toMatchObject({ status, problem: { type: `/problems/${code}`, status, title: expect.any(String) } })
  await expectExplained(`/problems/${code}`, status, code)
}

const explained = new Set<string>()

async function expectExplained(type: string, status: number, code: string): Promise<void> {
  if (explained.has(type)) return
  const explanation = await call('GET', type, { headers: { accept: 'application/json' } })
  expect({ type, status: explanation.status }).toEqual({ type, status: 200 })
  expect(explanation.json).toMatchObject({ code, status, title: expect.any(String), whatToDo: expect.stringMatching(/\w+/) })
  explained.add(type)
}
