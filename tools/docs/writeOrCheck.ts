import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** How every generated document is made again; see tools/generated.mjs. */
export const HOW_TO_MAKE = 'npm run generate'

/** Writes a generated document; with `--check` compares it with the file that is checked in and exits 1 on a difference. */
export function writeOrCheck(file: string, text: string): void {
  const url = new URL(`../../${file}`, import.meta.url)
  if (!process.argv.includes('--check')) return writeFileSync(url, text)
  if (existsSync(url) && readFileSync(url, 'utf8') === text) return
  process.stderr.write(`${file} is stale. Make it again: ${HOW_TO_MAKE}\n`)
  process.exitCode = 1
}

export function writeOrCheckMarkdown(file: string, text: string): void {
  writeOrCheck(file, `<!-- Generated. Make it again: ${HOW_TO_MAKE} -->\n\n${text}`)
}
