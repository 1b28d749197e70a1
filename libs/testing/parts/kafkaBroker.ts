import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ChildProcess } from '../childProcess.ts'
import { freePort } from '../freePort.ts'
import type { KafkaSettings } from './kafkaConfig.ts'
import { kafkaConfig } from './kafkaConfig.ts'
import { kafkaClasses, kafkaSettingsFolder } from './kafkaPrograms.ts'
import { ProcessPart, untilReady } from './processPart.ts'

export interface KafkaOptions extends Omit<KafkaSettings, 'port' | 'controllerPort' | 'internalPort'> {
  /** Everything that it keeps; the same one again restarts what was there. May lie on a small file system. */
  readonly dataDir: string
  /** Default: any free one. */
  readonly port?: number
  /** Of the JVM, for example `256m` (default). */
  readonly heap?: string
  /** Compiles to the end: slower to start, faster when measured. Default: false. */
  readonly optimized?: boolean
  /** Goes before `java`, such as `['faketime', '+1h']`. */
  readonly wrapper?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** After kill -9 the session of the old process ends first (tools/kafka/server.properties). */
const READY_LIMIT_MS = 90_000
const FORMAT_LIMIT_MS = 60_000
/** Any, but always the same: a folder is formatted once. 16 bytes in base64url. */
const CLUSTER_ID = 'QnJ1bWVDbHVzdGVyMDAwMQ'

/** A Kafka broker of our own on the loopback address, which is its own controller (KRaft). */
export class KafkaBroker extends ProcessPart {
  readonly port: number
  /** `host:port`, as clients name it. */
  readonly bootstrap: string
  /** Start it again with the same ports: `KafkaBroker.start(broker.options)`. */
  readonly options: KafkaOptions & { readonly port: number }

  private constructor(child: ChildProcess, options: KafkaOptions & { readonly port: number }) {
    super(child)
    this.options = options
    this.port = options.port
    this.bootstrap = `127.0.0.1:${options.port}`
  }

  /** Returns once it serves. */
  static async start(options: KafkaOptions): Promise<KafkaBroker> {
    const classes = await kafkaClasses()
    const resolved = { ...options, port: options.port ?? (await freePort()), dataDir: resolve(options.dataDir) }
    const config = await writeConfig(resolved)
    if (!existsSync(join(resolved.dataDir, 'log/meta.properties'))) await format(resolved, config, classes)
    const child = await run(resolved, classes, ['kafka.Kafka', config])
    await untilReady('Kafka', child, () => child.output.text.includes('Kafka Server started'), READY_LIMIT_MS)
    return new KafkaBroker(child, resolved)
  }
}

async function writeConfig(options: KafkaOptions & { readonly port: number }): Promise<string> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const file = join(options.dataDir, 'server.properties')
  const usual = readFileSync(join(kafkaSettingsFolder(), 'server.properties'), 'utf8')
  const own = kafkaConfig({ ...options, controllerPort: await freePort(), internalPort: await freePort() }, join(options.dataDir, 'log'))
  writeFileSync(file, `${usual}\n${own}`, { mode: 0o600 })
  return file
}

/** Users of SCRAM are part of the cluster's own data, so they are given when it is formatted. */
async function format(options: KafkaOptions, config: string, classes: string): Promise<void> {
  const { credentials } = options
  const scram = credentials === undefined ? [] : ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((how) => ['--add-scram', `${how}=[name=${credentials.user},password=${credentials.password}]`])
  const child = await run(options, classes, ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config, ...scram])
  const timer = setTimeout(() => void child.kill('SIGKILL', 1_000), FORMAT_LIMIT_MS)
  const { code } = await child.exited
  clearTimeout(timer)
  if (code !== 0) throw new Error(`Kafka could not format ${options.dataDir}. It wrote:\n${child.output.text.slice(-2_000)}`)
}

function run(options: KafkaOptions, classes: string, main: readonly string[]): Promise<ChildProcess> {
  const quick = options.optimized === true ? [] : ['-XX:TieredStopAtLevel=1']
  const java = ['java', `-Xmx${options.heap ?? '256m'}`, '-XX:+UseSerialGC', ...quick, `-Dlog4j2.configurationFile=${join(kafkaSettingsFolder(), 'log4j2.properties')}`, '-cp', classes, ...main]
  const [program = 'java', ...args] = [...(options.wrapper ?? []), ...java]
  return ChildProcess.start({ command: [program, ...args], cwd: options.dataDir, env: { ...process.env, ...options.env } })
}
