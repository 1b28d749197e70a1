import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ChildProcess, type Exit } from '../childProcess.ts'
import { repositoryRoot } from '../repositoryRoot.ts'
import { freePort } from '../freePort.ts'
import { asPostgresUser, postgresOwner, postgresPrograms, runProgram } from './postgresPrograms.ts'
import { processTree } from './processTree.ts'

export interface PostgresOptions {
  /** Cluster, superuser's password and the roles' files; the same one again restarts what was there. */
  readonly dataDir: string
  /** Default: any free one. */
  readonly port?: number
  /** Lines of postgresql.conf, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** What a process of Brume needs to find its database. */
export interface ProvidedDatabase {
  /** For DATABASE_URL. */
  readonly url: string
  /** For DATABASE_ROLES: one file per role, with its password. */
  readonly rolesDir: string
}

const roles = ['brume_migrator', 'brume_auth', 'brume_ingest', 'brume_ledger', 'brume_ledger_append'] as const

/** Modest, for tests beside other parts on a small machine; durability is as shipped. */
const usual = { max_connections: '200', shared_buffers: '64MB', jit: 'off', timezone: 'UTC', lc_messages: 'C', log_checkpoints: 'off' }

const STOP_LIMIT_MS = 20_000
const READY_LIMIT_MS = 60_000

/** A PostgreSQL server of our own on the loopback address, without systemd and not as root. */
export class PostgresServer implements AsyncDisposable {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #dataDir: string
  readonly #programs: string
  readonly #process: ChildProcess
  #provisioning: Promise<unknown> = Promise.resolve()

  private constructor(port: number, dataDir: string, programs: string, process: ChildProcess) {
    this.port = port
    this.#dataDir = dataDir
    this.#programs = programs
    this.#process = process
  }

  static async start({ dataDir, port, settings = {} }: PostgresOptions): Promise<PostgresServer> {
    const programs = postgresPrograms()
    if (programs === undefined) throw new Error('PostgreSQL 15 or newer is not installed: apt-get install postgresql')
    const folder = resolve(dataDir)
    if (!existsSync(join(folder, 'cluster/PG_VERSION'))) await makeCluster(folder, programs)
    const chosen = port ?? (await freePort())
    return new PostgresServer(chosen, folder, programs, await startProcess(folder, programs, chosen, { ...usual, ...settings }))
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#process.exit
  }

  get exited(): Promise<Exit> {
    return this.#process.exited
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#process.output.text
  }

  /** All of it at once when killed: what a backend would still commit after its postmaster is gone, a crash of the machine would not. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    if (signal === 'SIGKILL') this.#signalAll('SIGKILL')
    return this.#process.exit ?? (await this.#process.kill(signal, STOP_LIMIT_MS))
  }

  /** Every process of it stands still, with its connections open. */
  pause(): void {
    this.#signalAll('SIGSTOP')
  }

  resume(): void {
    this.#signalAll('SIGCONT')
  }

  /** Fast shutdown: open transactions are rolled back. */
  async stop(): Promise<Exit> {
    if (this.#process.exit !== undefined) return this.#process.exit
    this.resume()
    return this.#process.kill('SIGINT', STOP_LIMIT_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** What a database administrator does once: the roles of Brume, and a database that they may use (prisma/postgresql/roles.sql). */
  provision(database: string): Promise<ProvidedDatabase> {
    const rolesDir = join(this.#dataDir, 'roles')
    const script = join(repositoryRoot(), 'prisma/postgresql/roles.sql')
    const run = this.#provisioning.then(() => this.#psql('postgres', ['-v', `database=${database}`, '-f', script], { BRUME_ROLES: rolesDir }))
    this.#provisioning = run.catch(() => undefined)
    return run.then(() => ({ url: this.urlOf(database), rolesDir }))
  }

  urlOf(database: string): string {
    return `postgresql://${this.host}:${this.port}/${database}`
  }

  /** For tests and tools that must do what no role of Brume may. */
  superuserUrl(database: string): string {
    return `postgresql://postgres:${this.#superuserPassword()}@${this.host}:${this.port}/${database}`
  }

  /** SQL as the superuser, for tests. @returns rows, one a line, columns parted by `|` */
  async superuser(database: string, sql: string): Promise<string> {
    return (await this.#psql(database, ['-At', '-c', sql])).trim()
  }

  #psql(database: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const command = [join(this.#programs, 'psql'), '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', this.host, '-p', String(this.port), '-U', 'postgres', '-d', database, ...args] as const
    return runProgram(command, { ...process.env, ...env, PGPASSWORD: this.#superuserPassword() })
  }

  #superuserPassword(): string {
    return readFileSync(join(this.#dataDir, 'superuser.password'), 'utf8')
  }

  #signalAll(signal: NodeJS.Signals): void {
    for (const pid of processTree(this.pid)) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        // ESRCH: a backend that has ended since.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
      }
    }
  }
}

async function makeCluster(folder: string, programs: string): Promise<void> {
  mkdirSync(join(folder, 'roles'), { recursive: true, mode: 0o700 })
  const passwordFile = join(folder, 'superuser.password')
  for (const file of [passwordFile, ...roles.map((role) => join(folder, 'roles', role))]) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  mkdirSync(join(folder, 'cluster'), { mode: 0o700 })
  giveAway(folder)
  await runProgram(asPostgresUser([join(programs, 'initdb'), '-D', join(folder, 'cluster'), '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']))
}

/** A cluster must belong to the user that serves it. */
function giveAway(folder: string): void {
  const owner = postgresOwner()
  if (owner === undefined) return
  for (const name of ['cluster', 'superuser.password']) chownSync(join(folder, name), owner.uid, owner.gid)
}

/** After `kill -9` the last one's shared memory may be in use for a moment longer: then once more. */
async function startProcess(folder: string, programs: string, port: number, settings: Record<string, string>): Promise<ChildProcess> {
  const endMs = performance.now() + READY_LIMIT_MS
  for (;;) {
    const child = await ChildProcess.start({ command: asPostgresUser(serverCommand(folder, programs, port, settings)), cwd: folder, env: { ...process.env, LC_ALL: 'C' } })
    if (await ready(child, endMs - performance.now())) return child
    const { text } = child.output
    if (performance.now() > endMs || !/is still in use|another server might be running|lock file ".*" already exists/.test(text)) throw new Error(`PostgreSQL did not start. It wrote:\n${text}`)
    await new Promise((again) => setTimeout(again, 100))
  }
}

function serverCommand(folder: string, programs: string, port: number, settings: Record<string, string>): [string, ...string[]] {
  // No Unix socket: its path may be at most 107 bytes long, and data folders are longer.
  const lines = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  return [join(programs, 'postgres'), '-D', join(folder, 'cluster'), ...Object.entries(lines).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** False when it has ended, or is ended because it is too late. */
async function ready(child: ChildProcess, limitMs: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>()
  const watch = child.output.watch(/database system is ready to accept connections/, () => settle(true))
  const timer = setTimeout(() => settle(false), limitMs)
  void child.exited.then(() => settle(false))
  const is = await promise
  clearTimeout(timer)
  watch.stop()
  if (!is && child.exit === undefined) await child.kill('SIGKILL', STOP_LIMIT_MS)
  return is
}
