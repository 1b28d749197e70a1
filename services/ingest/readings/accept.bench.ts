/**
 * What a reading costs ingest on each thread. Built first, because decorators need the compiler:
 * `npm run build && node services/ingest/dist/readings/accept.bench.js [readings per request] [readings] [connections]`.
 * The sender is a process of its own; log and database are SQLite on disk (BENCH_DIR); readings are signed beforehand.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PerformanceObserver } from 'node:perf_hooks'
import { pairOfSeed, signEd25519, verifyEd25519 } from '@brume/keys'
import { heldBytes } from '../heldMemory.fixture.ts'
import { chainState, deviceState, newDevice, newId, reading, TestIngest } from '../ingest.fixture.ts'
import { DeviceStandings } from '../views/deviceStandings.ts'

const [perRequest = 100, total = 30_000, connections = 8] = process.argv.slice(2).map(Number)
const WARM_UP_SHARE = 0.2
const DEVICES = 50
const PAYLOAD_BYTES = 150

interface Job {
  readonly url: string
  readonly contentType: string
  /** JSON list of bodies: handing them over a channel would be CPU of the main thread. */
  readonly file: string
}

/** µs of CPU by thread. */
interface CpuTimes {
  readonly main: number
  readonly verify: number
  readonly process: number
}

function microsOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

async function cpuTimes(ingest: TestIngest): Promise<CpuTimes> {
  const workers = await Promise.all(ingest.parts.pool.seats.map(({ thread }) => thread.worker.cpuUsage()))
  return { main: microsOf(process.threadCpuUsage()), verify: workers.reduce((sum, usage) => sum + microsOf(usage), 0), process: microsOf(process.cpuUsage()) }
}

async function makeBodies(ingest: TestIngest): Promise<string[]> {
  const devices = await Promise.all(Array.from({ length: DEVICES }, () => newDevice()))
  const chain = await ingest.provide(chainState(), ...devices)
  const payload = 'x'.repeat(PAYLOAD_BYTES)
  const prv = 'A'.repeat(43)
  const bodies: string[] = []
  let seq = 0
  while (seq < total) {
    const readings: string[] = []
    for (let i = 0; i < perRequest; i++, seq++) {
      const device = devices[seq % DEVICES]
      if (device) readings.push(await reading(device, chain.id, seq, { payload, prv }))
    }
    bodies.push(perRequest === 1 ? (readings[0] ?? '') : JSON.stringify({ readings }))
  }
  return bodies
}

/** Has another process send the bodies. @returns how long it took, ms; `onReady` runs right before the first one is sent */
async function send(job: Job, onReady: () => Promise<void> = async () => undefined): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { env: { ...process.env, BENCH_SENDER: '1' } })
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the sender has ended with code ${code}`)))
  failed.catch(() => undefined)
  child.send(job)
  await Promise.race([once(child, 'message'), failed])
  await onReady()
  child.send('go')
  const [durationMs] = await Promise.race([once(child, 'message'), failed])
  return Number(durationMs)
}

function post({ url, contentType }: Job, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/readings`, { agent, method: 'POST', headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume()
      answer.once('end', () => (answer.statusCode === 202 ? resolve() : reject(new Error(`status ${answer.statusCode}`))))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

async function runSender(): Promise<void> {
  const [job]: Job[] = await once(process, 'message')
  if (job === undefined) throw new Error('there is no job')
  const bodies: string[] = JSON.parse(readFileSync(job.file, 'utf8'))
  process.send?.('ready')
  await once(process, 'message')
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const waiting = bodies.values()
  const startMs = performance.now()
  await Promise.all(Array.from({ length: connections }, async () => {
    for (const body of waiting) await post(job, agent, body)
  }))
  process.send?.(performance.now() - startMs, () => process.exit(0))
}

/** Unit V of the speed goals: CPU of one libsodium verification of a 300-byte message on this thread, µs. */
function verificationMicros(): number {
  const { publicKey, secretKey } = pairOfSeed(new Uint8Array(32).fill(7))
  const message = Buffer.alloc(300, 1)
  const signature = signEd25519(message, secretKey)
  const rounds = 2_000
  const before = microsOf(process.threadCpuUsage())
  for (let i = 0; i < rounds; i++) verifyEd25519(signature, message, publicKey)
  return (microsOf(process.threadCpuUsage()) - before) / rounds
}

/** Bytes that the views hold for each device that is bound to one chain. */
async function bytesPerDevice(devices: number): Promise<number> {
  const sample = await newDevice()
  const before = await heldBytes()
  const standings = new DeviceStandings()
  const bound = new Set<number>()
  for (let i = 0; i < devices; i++) {
    const id = newId()
    // As it arrives: fresh text from JSON, not shared with other devices.
    standings.apply(JSON.parse(JSON.stringify(deviceState({ ...sample, id }))))
    bound.add(standings.numberOf(id))
  }
  const held = await heldBytes() - before
  return standings.size + bound.size === 2 * devices ? held / devices : Number.NaN
}

async function runServer(): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'accept-bench-'))
  const ingest = await TestIngest.start({ folder })
  const bodies = await makeBodies(ingest)
  await ingest.app.listen(0, '127.0.0.1')
  const job = { url: await ingest.app.getUrl(), contentType: perRequest === 1 ? 'application/jose' : 'application/json', file: join(folder, 'bodies.json') }
  const warmUp = Math.ceil(bodies.length * WARM_UP_SHARE)
  const rest = bodies.slice(warmUp)
  writeFileSync(job.file, JSON.stringify(bodies.slice(0, warmUp)))
  await send(job)
  writeFileSync(job.file, JSON.stringify(rest))
  let collecting = 0
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (collecting += duration)))
  observer.observe({ entryTypes: ['gc'] })
  const probes = [verificationMicros()]
  let before = await cpuTimes(ingest)
  const durationMs = await send(job, async () => {
    collecting = 0
    before = await cpuTimes(ingest)
  })
  const after = await cpuTimes(ingest)
  probes.push(verificationMicros())
  const readings = rest.length * perRequest
  const each = (name: keyof CpuTimes): number => Number(((after[name] - before[name]) / readings).toFixed(1))
  console.log(JSON.stringify({
    vMicros: probes.map((micros) => Math.round(micros)), readings, perRequest, connections, envelopeBytes: perRequest === 1 ? rest[0]?.length : Math.round((rest[0]?.length ?? 0) / perRequest),
    readingsPerSecond: Math.round(readings / (durationMs / 1000)), mainMicros: each('main'), verifyMicros: each('verify'), processMicros: each('process'),
    gcMicros: Number(((collecting * 1000) / readings).toFixed(1)), rssMB: Math.round(process.memoryUsage().rss / 1e6), bytesPerDevice: Math.round(await bytesPerDevice(50_000)),
  }))
  await ingest.stop()
  rmSync(folder, { recursive: true })
}

if (process.env.BENCH_SENDER) await runSender()
else await runServer()
