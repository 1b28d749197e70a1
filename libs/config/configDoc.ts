import type { Setting } from './settings.ts'
import { settings } from './settings.ts'

/** The Markdown of docs/config.md, below the line that says it is generated. */
export function configDoc(): string {
  const rows = Object.values<Setting>(settings).map(docRow)
  return `# Configuration

Read once at start. A flag wins over the environment, which wins over the default; an empty variable counts as unset.
\`<data>\` is the data folder. A wrong value stops the start with one line for each mistake.

| variable | flag | unit | default | what |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function docRow({ env, flag, unit, fallback, what }: Setting): string {
  const code = (text: string | undefined): string => (text === undefined ? '–' : `\`${text}\``)
  return `| ${code(env)} | ${code(flag && `--${flag}`)} | ${unit} | ${code(fallback)} | ${what} |`
}
