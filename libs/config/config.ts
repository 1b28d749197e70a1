import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { z } from 'zod'
import { OperatorError } from './operatorError.ts'
import type { Setting, SettingName } from './settings.ts'
import { settings } from './settings.ts'

/** Parsed once at start and passed on; nothing else reads the environment (`BRUME_FAULT` apart, see faultPoint.ts). */
export type Config = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> }

export interface ConfigSource {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Without the program and script names: `process.argv.slice(2)`. */
  readonly argv: readonly string[]
}

/** Holds one line per mistake, each with the variable's name and never with the value of a secret. */
export class ConfigError extends OperatorError {
  override name = 'ConfigError'
  override readonly exitCode = 2
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(`Brume cannot start:\n${mistakes.map((line) => `  ${line}`).join('\n')}`)
    this.mistakes = mistakes
  }
}

const table: [name: string, setting: Setting][] = Object.entries(settings)

/** Reads flags, then environment, then defaults; throws a {@link ConfigError} with every mistake at once. */
export function loadConfig(source: ConfigSource): Config {
  const flags = parseFlags(source.argv)
  const written = (setting: Setting): string | undefined => (setting.flag && flags[setting.flag]) ?? (source.env[setting.env] || undefined)
  const dataDir = resolve(written(settings.dataDir) ?? settings.dataDir.fallback ?? '.')
  const parsed: Record<string, unknown> = {}
  const mistakes: string[] = []
  for (const [name, setting] of table) {
    const text = written(setting) ?? setting.fallback?.replace('<data>', dataDir)
    const result = setting.schema.safeParse(text)
    if (result.success) parsed[name] = result.data
    else mistakes.push(...result.error.issues.map((issue) => `${nameOf(setting)}: ${issue.message}`))
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  // The loop has filled every name of the table with what its own schema gave; TypeScript cannot follow that through Object.entries.
  return Object.freeze({ ...parsed, dataDir }) as Config
}

function nameOf(setting: Setting): string {
  return setting.flag === undefined ? setting.env : `--${setting.flag} (${setting.env})`
}

function parseFlags(argv: readonly string[]): Partial<Record<string, string>> {
  const options = Object.fromEntries(table.flatMap(([, { flag }]) => (flag === undefined ? [] : [[flag, { type: 'string' as const }]])))
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new ConfigError([`${error instanceof Error ? error.message : String(error)} Known flags: ${Object.keys(options).map((flag) => `--${flag}`).join(' ')}`])
  }
}
