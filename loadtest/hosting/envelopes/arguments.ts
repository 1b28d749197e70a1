import { parseArgs } from 'node:util'

export interface EnvelopesArguments {
  readonly url: string
  readonly tokenFile: string
  /** Requests. */
  readonly count: number
  readonly perRequest: number
  readonly out: string
  readonly devices: number
  /** One that is there already; else one is made. */
  readonly chain: string | undefined
  readonly writeMode: 'batched' | 'direct'
}

export const usage = `npm run loadtest:envelopes -- --url URL --token-file FILE --count N --out FILE [--per-request N] [--devices N] [--chain ID | --write-mode batched|direct]
  Makes a chain, or takes one, enrols devices and signs N requests ahead, one a line, for k6 run loadtest/scenarios/…`

const MOST_PER_REQUEST = 1_000

/** @throws TypeError for what it does not know */
export function envelopesArguments(argv: readonly string[]): EnvelopesArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'url': { type: 'string' }, 'token-file': { type: 'string' }, 'count': { type: 'string' }, 'out': { type: 'string' }, 'per-request': { type: 'string', default: '1' },
      'devices': { type: 'string', default: '10' }, 'chain': { type: 'string' }, 'write-mode': { type: 'string' },
    },
  })
  const { url, 'token-file': tokenFile, count, out, 'per-request': perRequest, devices, chain, 'write-mode': writeMode = 'batched' } = values
  if (url === undefined || tokenFile === undefined || count === undefined || out === undefined) throw new TypeError('--url, --token-file, --count and --out are needed')
  if (!URL.canParse(url)) throw new TypeError(`--url ${url} is not a URL`)
  if (writeMode !== 'batched' && writeMode !== 'direct') throw new TypeError('--write-mode is batched or direct')
  if (chain !== undefined && values['write-mode'] !== undefined) throw new TypeError('--write-mode is for a new chain: one that is there has its own')
  return { url, tokenFile, out, chain, writeMode, count: whole('--count', count), perRequest: whole('--per-request', perRequest, MOST_PER_REQUEST), devices: whole('--devices', devices, 1_000) }
}

function whole(name: string, text: string, most = 10_000_000): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1 || value > most) throw new TypeError(`${name} is a whole number from 1 to ${most}`)
  return value
}
