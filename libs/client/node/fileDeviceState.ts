import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DeviceState, DeviceStateStore } from '../device/deviceState.ts'

/** A device's state in one JSON file, replaced as a whole: written beside, flushed, renamed, and the folder flushed, so a power cut leaves the old or the new one. */
export class FileDeviceState implements DeviceStateStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async load(): Promise<DeviceState | undefined> {
    try {
      return parseState(await readFile(this.#path, 'utf8'), this.#path)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  async save(state: DeviceState): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    const beside = `${this.#path}.new`
    await writeFlushed(beside, JSON.stringify(state))
    await rename(beside, this.#path)
    await using folder = await open(dirname(this.#path), 'r')
    await folder.sync()
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  await file.writeFile(text)
  await file.sync()
}

/** A damaged file must stop the device: beginning again at 0 would contradict what it has sent. */
function parseState(text: string, path: string): DeviceState {
  const value: unknown = parseJson(text)
  if (!isState(value)) throw new Error(`${path} is not a device's state; restore it, or begin a new epoch by hand`)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isState(value: unknown): value is DeviceState {
  if (typeof value !== 'object' || value === null) return false
  const { epoch, nextSeq, prv, unsent }: Partial<Record<keyof DeviceState, unknown>> = value
  const counts = [epoch, nextSeq].every((count) => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0)
  return counts && (prv === undefined || typeof prv === 'string') && Array.isArray(unsent) && unsent.every((envelope) => typeof envelope === 'string')
}
