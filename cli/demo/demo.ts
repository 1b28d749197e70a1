import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { BrumeClient } from '@brume/client'
import { bringUp, provisionChains, type DemoSite } from './demoSite.ts'
import { countInLedger, waitForAnchors } from './ledgerCount.ts'
import type { DemoOutcome } from './outcome.ts'
import { runVerify, verdictOn, writeProofFiles, type ProofFiles } from './proofFiles.ts'
import { replay, type Promised } from './replay.ts'
import { tryNextLines } from './tryNext.ts'
import { readWeatherSeries } from './weatherSeries.ts'

export interface DemoParts {
  /** Of the running platform. */
  readonly url: string
  readonly tenantToken: string
  readonly data: string
  /** Of the checkout. */
  readonly root: string
  readonly say: (line: string) => void
}

/** Measurements of each device that go to the direct chain. */
export const DIRECT_READINGS = 100

/** The whole way of a reading, in the order of the README's tour. */
export async function runDemo(parts: DemoParts): Promise<{ outcome: DemoOutcome; asked: { batched: number; direct: number } }> {
  const { say } = parts
  const sensors = readWeatherSeries(parts.root)
  const rows = sensors[0].measurements.length
  const site = await provision(parts, sensors)
  const batched = await replay(site, 'batched', rows)
  say(`${batched.length} readings of the batched chain are promised; every promise's signature was checked.`)
  const direct = await replay(site, 'direct', DIRECT_READINGS)
  say(`${direct.length} readings, signed for it, of the direct chain are promised; each gets a transaction of its own.`)
  const counts = await count(parts, site, batched, direct)
  const proof = await prove(parts, site, batched)
  return { outcome: { accepted: batched.length, ...counts, ...proof }, asked: { batched: rows * sensors.length, direct: DIRECT_READINGS * sensors.length } }
}

async function provision({ url, tenantToken, data, say }: DemoParts, sensors: ReturnType<typeof readWeatherSeries>): Promise<DemoSite> {
  const client = new BrumeClient({ url, token: tenantToken })
  const chains = await provisionChains(client)
  for (const chain of Object.values(chains)) say(`Chain ${chain.id} (${chain.writeMode}, public) is ready: EIP-155 id ${chain.eip155}, contract ${chain.contract ?? 'none'}.`)
  const stations = []
  for (const sensor of sensors) {
    const station = await bringUp(sensor, client, chains, data)
    say(`Device ${station.identity.id} (${sensor.name} in ${sensor.unit}) made its ${sensor.alg} key here, is registered and bound to both chains.`)
    stations.push(station)
  }
  return { client, chains, stations }
}

async function count({ say }: DemoParts, { client, chains }: DemoSite, batched: Promised, direct: Promised): Promise<Pick<DemoOutcome, 'inLedger' | 'anchored' | 'direct'>> {
  await Promise.all([waitForAnchors(client, chains.batched, batched), waitForAnchors(client, chains.direct, direct)])
  const [inBatched, inDirect] = [await countInLedger(client, chains.batched, batched), await countInLedger(client, chains.direct, direct)]
  say(`The batched ledger has ${inBatched.inLedger} of ${batched.length} promised readings exactly once, ${inBatched.anchored} of them anchored in a final block.`)
  say(`The direct chain has recorded ${inDirect.anchored} of ${direct.length} readings, each in an event of its own.`)
  return { ...inBatched, direct: inDirect.anchored }
}

async function prove(parts: DemoParts, { client, chains }: DemoSite, batched: Promised): Promise<Pick<DemoOutcome, 'proof' | 'tamperedRefused'>> {
  const reading = batched[Math.floor(batched.length / 2)]
  if (reading === undefined) throw new Error('no reading was accepted, so there is nothing to prove')
  const files = await writeProofFiles(client, chains.batched, reading, parts.data)
  parts.say(`The proof of reading ${reading.leafHash} is in ${here(files.proof)}, what it is judged by in ${here(files.trust)}.`)
  const judged = { proof: await judge(parts, files.proof, files), tamperedRefused: !(await judge(parts, files.tampered, files)) }
  parts.say('To try next:')
  const { url, data } = parts
  const shown = { proof: here(files.proof), tampered: here(files.tampered), trust: here(files.trust) }
  for (const line of tryNextLines({ url, data: here(data), chain: chains.batched, leafHash: reading.leafHash, files: shown })) parts.say(`  ${line}`)
  return judged
}

/** By the library in this process and by the command: they must agree. True when both accept; throws when they do not agree. */
async function judge({ root, say }: DemoParts, file: string, { trust }: ProofFiles): Promise<boolean> {
  const verdict = await verdictOn(readFileSync(file), readFileSync(trust))
  const { code, output } = await runVerify(root, file, trust)
  say(`brume verify ${here(file)} --trust ${here(trust)}   (offline; exit ${code})`)
  for (const line of output.split('\n')) say(`  ${line}`)
  if (verdict.ok !== (code === 0) || code > 1) throw new Error(`the library says ${verdict.ok ? 'good' : 'refused'}, the command ended with ${code}`)
  return verdict.ok
}

/** Short, and right for whoever pastes it where the demo was started. */
function here(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
