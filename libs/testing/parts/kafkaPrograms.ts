import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ChildProcess } from '../childProcess.ts'
import { hasTool } from '../outsideTool.ts'
import { repositoryRoot } from '../repositoryRoot.ts'

/** The first fetch brings 45 MB. */
const FETCH_LIMIT_MS = 300_000
const LEAST_JAVA = 17

/** Whether a test that needs a broker can run here; in CI always, so that a missing program is a failure there. */
export function hasKafka(): boolean {
  if (process.env['CI'] === 'true') return true
  return javaVersion() >= LEAST_JAVA && (existsSync(kafkaFolder()) || hasTool('mvn', '--version'))
}

/**
 * Where the classes of Kafka lie: `.tools/kafka-<version>/`, fetched from Maven Central when missing. Two that fetch at once do not disturb each
 * other: each has a folder of its own, and the first one's is renamed into place.
 */
export async function kafkaClasses(): Promise<string> {
  const folder = kafkaFolder()
  if (!existsSync(folder)) await fetchInto(folder)
  return join(folder, '*')
}

export function kafkaSettingsFolder(): string {
  return join(repositoryRoot(), 'tools/kafka')
}

function kafkaFolder(): string {
  const pom = readFileSync(join(kafkaSettingsFolder(), 'pom.xml'), 'utf8')
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([\d.]+)<\/version>/.exec(pom)?.[1]
  if (version === undefined) throw new Error('tools/kafka/pom.xml names no version of Kafka')
  return join(repositoryRoot(), '.tools', `kafka-${version}`)
}

function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  // null when there is no java to ask.
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}

async function fetchInto(folder: string): Promise<void> {
  const tools = join(repositoryRoot(), '.tools')
  mkdirSync(tools, { recursive: true })
  const own = mkdtempSync(join(tools, 'fetching-'))
  try {
    // Maven writes beside the pom: not into the checkout.
    cpSync(join(kafkaSettingsFolder(), 'pom.xml'), join(own, 'pom.xml'))
    await runMaven(own)
    renameIntoPlace(join(own, 'libs'), folder)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

async function runMaven(folder: string): Promise<void> {
  const command = ['mvn', '-B', '-ntp', '-q', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'libs')}`] as const
  const child = await ChildProcess.start({ command, cwd: folder, env: process.env })
  const timer = setTimeout(() => void child.kill('SIGTERM', 5_000), FETCH_LIMIT_MS)
  const { code } = await child.exited
  clearTimeout(timer)
  if (code !== 0) throw new Error(`Maven could not fetch Kafka. It wrote:\n${child.output.text.slice(-2_000)}`)
}

function renameIntoPlace(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    // Somebody else was faster; theirs is the same.
    if (!existsSync(to)) throw error
  }
}
