/** What one `POST /v1/readings` takes. */
export const MAX_READINGS = 1_000
export const MAX_BODY_BYTES = 1_048_576

/** `{"readings":[` and `]}`; each envelope has two quotes and a comma around it. */
const FRAME_BYTES = 15
const QUOTES_BYTES = 3

/** Cuts a list of envelopes (ASCII) into requests, in order. */
export function requestsOf(envelopes: readonly string[], maxReadings = MAX_READINGS): string[][] {
  const requests: string[][] = []
  let bytes = MAX_BODY_BYTES
  for (const envelope of envelopes) {
    const current = requests.at(-1)
    bytes += envelope.length + QUOTES_BYTES
    if (current && current.length < maxReadings && bytes <= MAX_BODY_BYTES) {
      current.push(envelope)
      continue
    }
    requests.push([envelope])
    bytes = FRAME_BYTES + envelope.length + QUOTES_BYTES
  }
  return requests
}
