import type { BatchReceipt } from '@brume/client'
import type { HttpResponse } from './httpConnection.ts'

/** Throws unless every reading of every batch was accepted. Called after the clock has stopped. */
export function requireAccepted(answers: readonly HttpResponse[]): void {
  for (const { status, body } of answers) {
    if (status !== 202) throw refusal(status, body)
    const { results }: BatchReceipt = JSON.parse(body.toString('latin1')) // the platform's own form; a wrong one fails on the next line
    const refused = results.find((result) => result.status !== 202)
    if (refused !== undefined) throw new Error(`a reading was refused: ${JSON.stringify(refused)}`)
  }
}

/** The same for requests of one reading each. */
export function requireAcceptedSingles(answers: readonly HttpResponse[]): void {
  for (const { status, body } of answers) if (status !== 202) throw refusal(status, body)
}

function refusal(status: number, body: Buffer): Error {
  return new Error(`a request was answered ${status}: ${body.toString('utf8').slice(0, 500)}`)
}
