import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ChildProcess } from '../childProcess.ts'
import { badGateway, DocumentJoiner } from '../documentJoiner.ts'
import { freePort } from '../freePort.ts'
import { listenOnLoopback, type LoopbackServer } from '../listenOnLoopback.ts'
import { serviceNames, type ReplicaUrls } from '../servicePaths.ts'
import { haproxyConfig } from './haproxyConfig.ts'
import { ProcessPart, untilReady } from './processPart.ts'
import { refuseLarge } from './refuseLarge.ts'

export interface EdgeProxyOptions {
  /** Its configuration and its socket: a Unix socket's path has at most 107 bytes. */
  readonly dataDir: string
  /** Default: any free one. */
  readonly port?: number
  /** Fixed for its life; what does not run is left out until it does. */
  readonly replicas: ReplicaUrls
}

const READY_LIMIT_MS = 10_000
const STATS_LIMIT_MS = 2_000

/** The state of each server by name, such as `ledger-0`: `UP`, `DOWN`, or on the way (`UP 1/2`). */
export type ServerStates = Readonly<Record<string, string>>

/** haproxy as the one URL in front of all replicas of all services. */
export class EdgeProxy extends ProcessPart {
  readonly url: string
  readonly #statsSocket: string
  readonly #beside: AsyncDisposable

  private constructor(process: ChildProcess, url: string, statsSocket: string, beside: AsyncDisposable) {
    super(process)
    this.url = url
    this.#statsSocket = statsSocket
    this.#beside = beside
  }

  /** Returns once it has looked at every replica. */
  static async start({ dataDir, port, replicas }: EdgeProxyOptions): Promise<EdgeProxy> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    await using stack = new AsyncDisposableStack()
    const [documents, large] = [stack.use(await serveDocuments(replicas)), stack.use(await serveRefusals())]
    const [chosen, statsSocket, configFile] = [port ?? (await freePort()), join(dataDir, 'haproxy.sock'), join(dataDir, 'haproxy.cfg')]
    writeFileSync(configFile, haproxyConfig({ port: chosen, replicas, documents: documents.url, large: large.url, statsSocket }))
    const child = await ChildProcess.start({ command: ['haproxy', '-db', '-f', configFile], cwd: dataDir, env: process.env })
    await untilReady('haproxy', child, async () => haveLooked(await checksOf(statsSocket)), READY_LIMIT_MS)
    return new EdgeProxy(child, `http://127.0.0.1:${chosen}`, statsSocket, stack.move())
  }

  /** How haproxy sees the replicas now. */
  async servers(): Promise<ServerStates> {
    const checks = await checksOf(this.#statsSocket)
    return Object.fromEntries(checks.flatMap(({ backend, server, state }) => (backends.has(backend) ? [[server, state]] : [])))
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    await this.#beside[Symbol.asyncDispose]()
  }
}

export function hasHaproxy(): boolean {
  return spawnSync('haproxy', ['-v'], { stdio: 'ignore' }).status === 0
}

/** In this process: it has no state, and lives as long as the proxy. */
function serveDocuments(replicas: ReplicaUrls): Promise<LoopbackServer> {
  const joiner = new DocumentJoiner(replicas)
  return listenOnLoopback(createServer((request, response) => void joiner.answer(request, response).catch((error: unknown) => badGateway(response, error))))
}

/** Longest that one body may take to arrive, ms. */
const BODY_LIMIT_MS = 30_000

function serveRefusals(): Promise<LoopbackServer> {
  return listenOnLoopback(createServer({ requestTimeout: BODY_LIMIT_MS }, refuseLarge))
}

/** Without those that only decide when these have nobody (haproxyConfig). */
const backends: ReadonlySet<string> = new Set(serviceNames)

interface Check {
  readonly backend: string
  readonly server: string
  readonly state: string
}

/** A server counts as up until its first checks say otherwise. */
function haveLooked(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state === 'UP' || state === 'DOWN')
}

/** `show stat` of haproxy's management guide, section 9.1: CSV; of each server its backend, name, state, and the outcome of its last check. */
async function checksOf(statsSocket: string): Promise<Check[]> {
  const [head = '', ...rows] = (await ask(statsSocket, 'show stat')).trim().split('\n')
  const columns = head.replace(/^# /, '').split(',')
  const servers = rows.map((row) => row.split(',')).map((cells) => Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])))
  const checked = servers.filter(({ svname, check_status }) => svname !== 'FRONTEND' && svname !== 'BACKEND' && check_status !== '')
  return checked.map(({ pxname = '', svname = '', status = '', check_status }) => ({ backend: pxname, server: svname, state: check_status === 'INI' ? 'not looked at yet' : status }))
}

async function ask(statsSocket: string, command: string): Promise<string> {
  const socket = createConnection(statsSocket)
  socket.setTimeout(STATS_LIMIT_MS, () => socket.destroy(new Error('haproxy does not answer on its socket')))
  socket.end(`${command}\n`)
  return text(socket)
}
