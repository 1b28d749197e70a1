import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EngineRefused } from './engine.ts'

/** `sun_path` has 104 bytes on macOS and 108 on Linux (unix(7)), the closing NUL included; the smaller one holds everywhere. */
const maxPathBytes = 103

/**
 * Where the engine of this volume listens: in the volume, or, when that path is too long for a socket, in a short directory of its own.
 * `temporary` is the directory for those; a test gives its own.
 */
export function socketPathOf(dataDir: string, temporary: string = tmpdir()): string {
  const inVolume = join(dataDir, 'rpc.sock')
  if (fits(inVolume)) return inVolume
  const volume = createHash('sha256').update(dataDir).digest('hex').slice(0, 24)
  const short = join(temporary, `brume-${volume}`, 'rpc.sock')
  if (!fits(short)) throw new EngineRefused(`no socket path of at most ${maxPathBytes} bytes: ${inVolume} and ${short} are longer`)
  return short
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= maxPathBytes
}

/**
 * Makes a directory that only this user can enter. Who can reach the socket can send the chain any signed transaction, and in a directory
 * that all may write (`/tmp`) another user may have made the same name first.
 * @throws EngineRefused when the directory belongs to someone else
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new EngineRefused(`${path} is not a directory of this user`)
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700)
}

/** A socket outside the volume has a directory of its own, which goes with the volume. */
export function directoryOutsideVolume(socket: string, dataDir: string): string | undefined {
  const directory = dirname(socket)
  return directory === dataDir ? undefined : directory
}
