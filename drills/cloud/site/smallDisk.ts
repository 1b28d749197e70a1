import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const CHUNK = Buffer.alloc(2 ** 20)
const PAGE = CHUNK.subarray(0, 4_096)

/** A file system of a fixed size (tmpfs), so that full is real. Needs root. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static mount(folder: string, bytes: number): SmallDisk {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'brume-drill', folder], { stdio: 'pipe' })
    return new SmallDisk(folder)
  }

  /** Not a byte is left. @returns how many were taken */
  fill(): number {
    const file = openSync(this.#ballast, 'a', 0o600)
    try {
      return writeUntilFull(file, CHUNK) + writeUntilFull(file, PAGE)
    } finally {
      closeSync(file)
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true })
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
  }

  get #ballast(): string {
    return join(this.folder, 'ballast')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: whatever still has a file open there keeps it until it ends.
    execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' })
  }
}

export function whyNoSmallDisk(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'needs root: a file system of a fixed size is mounted'
}

function writeUntilFull(file: number, piece: Uint8Array): number {
  for (let written = 0; ;) {
    try {
      written += writeSync(file, piece)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return written
      throw error
    }
  }
}
