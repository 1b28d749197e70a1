import { ConfigError } from '@brume/config'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'

const whole = (least: number, most: number) => z.string().regex(/^\d{1,9}$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most))

const schema = z.object({
  data: z.string('is needed: the folder of the engines').min(1).transform((path) => resolve(path)),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.string().default('8090').pipe(whole(0, 65_535)),
  'token-file': z.string('is needed: a file with a bearer token of at least 32 characters').min(1),
  /** Above three heartbeats of the supervisor: an idle engine of a living host must not end itself. */
  'lease-ms': z.string().default('600000').pipe(whole(20_000, 86_400_000)),
})

export type HostConfig = z.output<typeof schema>

const options = Object.fromEntries(Object.keys(schema.shape).map((flag) => [flag, { type: 'string' as const }]))

/** `BRUME_ENGINE_LEASE_MS` is the one value that is also taken from the environment, as the platform does. */
export function hostConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): HostConfig {
  const lease = env['BRUME_ENGINE_LEASE_MS']
  const parsed = schema.safeParse({ ...(lease !== undefined && { 'lease-ms': lease }), ...flagsOf(argv) })
  if (parsed.success) return parsed.data
  throw new ConfigError(parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`))
}

function flagsOf(argv: readonly string[]): Record<string, unknown> {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new ConfigError([`${error instanceof Error ? error.message : String(error)} Known flags: ${Object.keys(options).map((flag) => `--${flag}`).join(' ')}`])
  }
}
