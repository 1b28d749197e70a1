import { repositoryRoot } from '@brume/testing'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { HostingArguments } from './arguments.ts'
import type { Block, Plan } from './model/index.ts'
import { readNetwork, type Network } from './networks/index.ts'
import { blocksOf } from './plan/blocksOf.ts'
import { readPlan } from './plan/readPlan.ts'
import { runFile } from './results/layout.ts'
import { readJson } from './results/resultsJson.ts'
import { runSchema } from './results/schemas.ts'

/** What the arguments come to. */
export interface AskedRun {
  readonly plan: Plan
  /** Of the plan, those that `--only` names, in the order in which they run. */
  readonly blocks: readonly Block[]
  readonly networks: ReadonlyMap<string, Network>
  /** Of the results. */
  readonly folder: string
}

/** @throws TypeError for a plan or a network that cannot be run, a pattern that no block has, a folder that has another run */
export function askedRun(options: HostingArguments): AskedRun {
  const plan = options.resume === undefined ? readPlan(options.plan, options.seed) : planIn(resolve(options.resume))
  const networks = new Map(plan.networks.map((spec) => [spec.name, readNetwork(spec)]))
  return { plan, blocks: chosenBlocks(plan, options.only), networks, folder: folderOf(options, plan) }
}

/** A run is gone on with by its own plan, whatever the repository's has become. */
function planIn(folder: string): Plan {
  if (!existsSync(runFile(folder))) throw new TypeError(`${folder} has no run to go on with`)
  return readJson(runFile(folder), runSchema).plan
}

function chosenBlocks(plan: Plan, only: RegExp | undefined): Block[] {
  const all = blocksOf(plan)
  const chosen = only === undefined ? all : all.filter(({ id }) => only.test(id))
  if (chosen.length === 0) throw new TypeError(`no block matches --only ${only?.source}; there are ${all.map(({ id }) => id).toSorted().join(', ')}`)
  return chosen
}

/** What has been measured is never mixed with, or replaced by, another run by mistake. */
function folderOf({ out, resume, printPlan }: HostingArguments, { name }: Plan): string {
  if (resume !== undefined) return resolve(resume)
  const folder = out === undefined ? join(repositoryRoot(), 'data/loadtest', name) : resolve(out)
  if (!printPlan && existsSync(runFile(folder))) throw new TypeError(`${folder} holds a run already: --resume ${folder} goes on with it, --out takes another folder`)
  return folder
}
