import { readFileSync } from 'node:fs'

/**
 * Prints a generated document; with `--check` compares it with the file that is checked in and exits 1 on a difference. The first line says how to
 * make the file again.
 */
export function printOrCheck(file: string, tool: string, text: string): void {
  const whole = `<!-- Generated. Make it again: npm run build && node ${tool} > ${file} -->\n\n${text}`
  if (!process.argv.includes('--check')) return void process.stdout.write(whole)
  if (readIfPresent(file) === whole) return
  process.stderr.write(`${file} is stale. Make it again: npm run build && node ${tool} > ${file}\n`)
  process.exitCode = 1
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
