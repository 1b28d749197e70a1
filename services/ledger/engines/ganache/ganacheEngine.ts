import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ChainEngine, EngineHandle, EngineSpec, EngineVolume } from '../engine.ts'
import { EngineFailed, EngineRefused } from '../engine.ts'
import type { EngineRecord } from '../engineRecord.ts'
import { engineRecordPath, readEngineRecord, removeEngineRecord } from '../engineRecord.ts'
import type { JsonRpc } from '../jsonRpc.ts'
import { RpcUnavailable } from '../jsonRpc.ts'
import { JsonRpcSocket } from '../jsonRpcSocket.ts'
import { processIdentity } from '../processIdentity.ts'
import { directoryOutsideVolume, makePrivateDirectory, socketPathOf } from '../socketPath.ts'
import { stopProcess } from '../stopProcess.ts'
import { lastLineOfEngineLog, openEngineLog } from './engineLog.ts'
import { exitCodes } from './exitCodes.ts'
import { GanacheHandle } from './ganacheHandle.ts'
import { volumeMismatch } from './ganacheVolume.ts'

export interface GanacheEngineOptions {
  /** How long an engine that nobody calls lives on. */
  readonly leaseMs?: number
  readonly startTimeoutMs?: number
  /** How long a leftover may take to say which chain it is. */
  readonly adoptTimeoutMs?: number
  /** From SIGTERM to SIGKILL. */
  readonly stopGraceMs?: number
}

const defaults = { leaseMs: 10 * 60_000, startTimeoutMs: 30_000, adoptTimeoutMs: 5_000, stopGraceMs: 5_000 }
const pollMs = 20

/** Run from sources it is the .ts file, from a build the .js one. */
const processFile = fileURLToPath(new URL(`./ganacheProcess${extname(import.meta.url)}`, import.meta.url))

/** One ganache per chain, each in a process of its own behind a Unix socket. */
export class GanacheEngine implements ChainEngine {
  readonly deployedBeside = false
  readonly #options: Required<GanacheEngineOptions>

  constructor(options: GanacheEngineOptions = {}) {
    this.#options = { ...defaults, ...options }
  }

  async start(spec: EngineSpec, signal?: AbortSignal): Promise<EngineHandle> {
    const volume = withAbsolutePath(spec)
    await makePrivateDirectory(volume.dataDir)
    const deadline = performance.now() + this.#options.startTimeoutMs
    for (;;) {
      const handle = (await this.#adopt(volume)) ?? (await this.#startProcess(volume, deadline, signal))
      if (handle !== undefined) return handle
      if (performance.now() >= deadline) throw new EngineFailed(`the volume ${volume.dataDir} stays in use by an engine that does not answer`)
      await delay(100, undefined, { signal })
    }
  }

  async stop(volume: EngineVolume): Promise<void> {
    const { dataDir } = withAbsolutePath(volume)
    const record = readEngineRecord(dataDir)
    if (record !== undefined) await this.#stopRecorded(record, dataDir)
  }

  async destroy(volume: EngineVolume): Promise<void> {
    await this.stop(volume)
    const { dataDir } = withAbsolutePath(volume)
    const aside = directoryOutsideVolume(socketPathOf(dataDir), dataDir)
    for (const path of aside === undefined ? [dataDir] : [dataDir, aside]) await rm(path, { recursive: true, force: true })
  }

  async attach(volume: EngineVolume): Promise<JsonRpc> {
    const { chainId, dataDir } = withAbsolutePath(volume)
    const record = readEngineRecord(dataDir)
    if (record?.chainId !== chainId || !isEngineOf(record, dataDir)) throw new RpcUnavailable('not-connected', `no engine of chain ${chainId} runs`)
    return new JsonRpcSocket({ socketPath: record.socket })
  }

  /** The live engine of this volume, if it is the wanted one; any other is stopped. */
  async #adopt(spec: EngineSpec): Promise<EngineHandle | undefined> {
    const record = readEngineRecord(spec.dataDir)
    if (record === undefined) return undefined
    if (isEngineOf(record, spec.dataDir) && record.chainId === spec.chainId && record.eip155 === spec.eip155) {
      const handle = GanacheHandle.ofLeftover(record, () => isEngineOf(record, spec.dataDir))
      if (await answers(handle, this.#options.adoptTimeoutMs)) return handle
      handle.rpc.close()
    }
    await this.#stopRecorded(record, spec.dataDir)
    return undefined
  }

  async #stopRecorded(record: EngineRecord, dataDir: string): Promise<void> {
    await stopProcess(record.pid, () => isEngineOf(record, dataDir), this.#options.stopGraceMs)
    removeEngineRecord(dataDir)
    await rm(record.socket, { force: true })
  }

  /** Undefined when another engine has the volume: one that is starting, and will be there to be adopted. */
  async #startProcess(spec: EngineSpec, deadline: number, signal?: AbortSignal): Promise<EngineHandle | undefined> {
    const mismatch = volumeMismatch(spec.dataDir, spec)
    if (mismatch !== undefined) throw new EngineRefused(mismatch)
    signal?.throwIfAborted()
    const socket = socketPathOf(spec.dataDir)
    await makePrivateDirectory(dirname(socket))
    const child = this.#spawn(spec, socket)
    try {
      return await this.#whenReady(child, spec, deadline, signal)
    } catch (error) {
      child.kill('SIGKILL') // it has opened nothing that SIGKILL could harm: LevelDB's log is written by the kernel
      throw error
    }
  }

  async #whenReady(child: ChildProcess, spec: EngineSpec, deadline: number, signal?: AbortSignal): Promise<EngineHandle | undefined> {
    let failure: Error | undefined
    child.once('error', (error) => (failure = error))
    for (;;) {
      if (failure !== undefined) throw new EngineFailed(`cannot start ${process.execPath}: ${failure.message}`)
      if (child.exitCode === exitCodes.volumeInUse) return undefined
      if (child.exitCode !== null || child.signalCode !== null) throw this.#failedStart(spec, `ended with ${child.exitCode ?? child.signalCode}`)
      const record = readEngineRecord(spec.dataDir)
      if (record !== undefined && record.pid === child.pid) return GanacheHandle.ofChild(record, child)
      if (performance.now() >= deadline) throw this.#failedStart(spec, `not ready within ${this.#options.startTimeoutMs} ms`)
      await delay(pollMs, undefined, { signal })
    }
  }

  #failedStart(spec: EngineSpec, what: string): EngineFailed {
    return new EngineFailed(`the engine of chain ${spec.chainId} ${what}: ${lastLineOfEngineLog(spec.dataDir)}`)
  }

  /** Detached, in a session of its own: a Ctrl-C or a kill of the platform's group does not reach it. */
  #spawn(spec: EngineSpec, socket: string): ChildProcess {
    const log = openEngineLog(spec.dataDir)
    try {
      const child = spawn(process.execPath, [...nodeOptions(), processFile, ...argumentsOf(spec, socket)], {
        cwd: spec.dataDir,
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...environment(), BRUME_ENGINE_LEASE_MS: String(this.#options.leaseMs) },
      })
      child.unref()
      return child
    } finally {
      closeSync(log)
    }
  }
}

function withAbsolutePath<Volume extends EngineVolume>(volume: Volume): Volume {
  return { ...volume, dataDir: resolve(volume.dataDir) }
}

function nodeOptions(): string[] {
  return extname(processFile) === '.ts' ? ['--conditions=brume-source', '--disable-warning=ExperimentalWarning'] : []
}

function argumentsOf({ chainId, eip155, hardfork, fundedAddress, dataDir }: EngineSpec, socket: string): string[] {
  return [`--chain=${chainId}`, `--eip155=${eip155}`, `--hardfork=${hardfork}`, `--funded-address=${fundedAddress}`, `--socket=${socket}`, `--record=${engineRecordPath(dataDir)}`, dataDirArgument(dataDir)]
}

/** The last argument, so that the end of the command line names the volume. */
function dataDirArgument(dataDir: string): string {
  return `--data-dir=${dataDir}`
}

/** The platform's environment holds its secrets; the engine needs none of it. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, TZ } = process.env
  return Object.fromEntries(Object.entries({ PATH, TMPDIR, TZ }).filter(([, value]) => value !== undefined))
}

/** A pid alone is no proof: the record may be old, and the pid another program's by now. */
function isEngineOf(record: EngineRecord, dataDir: string): boolean {
  const identity = processIdentity(record.pid)
  return identity !== undefined && identity.startTime === record.processStart && isEngineCommand(identity.commandLine, dataDir)
}

function isEngineCommand(commandLine: string, dataDir: string): boolean {
  // Between exit(2) and its last breath a process has no command line, but still has the volume's lock.
  if (commandLine === '') return true
  return commandLine.includes('ganacheProcess.') && commandLine.endsWith(` ${dataDirArgument(dataDir)}`)
}

async function answers(handle: EngineHandle, timeoutMs: number): Promise<boolean> {
  return handle.checkAlive(timeoutMs).then(
    () => true,
    () => false,
  )
}
