import { readFileSync, writeFileSync } from 'node:fs'

/** The error of a write names the file and what it was to hold: the kernel's own says only EINVAL. */
export function writeKernel(path: string, value: string | number): void {
  try {
    writeFileSync(path, String(value))
  } catch (error) {
    throw new Error(`cannot write ${value} to ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

export function readKernel(path: string): string {
  return readFileSync(path, 'utf8').trim()
}

/** Of a flat keyed file, `name value` on each line; 0 where the kernel does not count it. */
export function countIn(path: string, name: string): number {
  const line = readKernel(path).split('\n').find((text) => text.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}

/** One a line. */
export function pidsIn(path: string): number[] {
  return readKernel(path).split('\n').filter(Boolean).map(Number)
}
