import { z } from 'zod'
import type { Plan } from '../model/index.ts'
import { planSchema, SHORTEST_MEASURED_S } from './planSchema.ts'

/** Names that profiles of networks have, to say them where a plan asks for another one. */
export interface KnownNetworks {
  readonly access: readonly string[]
  readonly region: readonly string[]
}

/** A plan that cannot be run; the message names the file and everything that is wrong. */
export class BadPlan extends TypeError {
  constructor(file: string, wrong: readonly string[]) {
    super(`${file} is no plan that can be run:\n${wrong.map((one) => `  ${one}`).join('\n')}`)
  }
}

/** @throws BadPlan for what is not the form of a plan, or names what is not there */
export function parsePlan(text: string, file: string, known: KnownNetworks): Plan {
  const plan = formOf(text, file)
  const wrong = [...twice(plan), ...unknownProfiles(plan, known), ...unknownNames(plan), ...tooShort(plan), ...notDirect(plan), ...cellsTwice(plan)]
  if (wrong.length > 0) throw new BadPlan(file, wrong)
  return plan
}

function formOf(text: string, file: string): Plan {
  const parsed = planSchema.safeParse(jsonOf(text, file))
  if (!parsed.success) throw new BadPlan(file, z.prettifyError(parsed.error).split('\n'))
  return parsed.data
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadPlan(file, [error instanceof Error ? error.message : String(error)])
  }
}

function twice({ placements, networks }: Plan): string[] {
  return [...repeated(placements.map(({ name }) => name)), ...repeated(networks.map(({ name }) => name))].map((name) => `${name}: there are two of that name`)
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) < at)
}

function unknownProfiles({ networks }: Plan, known: KnownNetworks): string[] {
  return networks.flatMap(({ name, access, region }) => [
    ...unknown(`network ${name}: access profile`, [access], known.access),
    ...unknown(`network ${name}: region profile`, [region], known.region),
  ])
}

function unknownNames({ placements, networks, matrix }: Plan): string[] {
  return matrix.flatMap((part, at) => [
    ...unknown(`matrix.${at}: placement`, part.placements, placements.map(({ name }) => name)),
    ...unknown(`matrix.${at}: network`, part.networks, networks.map(({ name }) => name)),
  ])
}

function unknown(what: string, asked: readonly string[], known: readonly string[]): string[] {
  return asked.filter((name) => !known.includes(name)).map((name) => `${what} ${name} is not known; there are ${known.join(', ')}`)
}

function tooShort({ trial, measuredS }: Plan): string[] {
  return trial || measuredS >= SHORTEST_MEASURED_S ? [] : [`measuredS: at least ${SHORTEST_MEASURED_S}, unless the plan is a trial`]
}

/** Only a direct chain brings each reading into a block by itself. */
function notDirect({ matrix }: Plan): string[] {
  return matrix.flatMap(({ workload, writeModes }, at) => (workload === 'in-block' && writeModes.includes('batched') ? [`matrix.${at}: in-block is for direct chains only`] : []))
}

/** Two parts that share a cell would measure it twice under one name. */
function cellsTwice({ matrix }: Plan): string[] {
  const keys = matrix.flatMap(({ placements, networks, writeModes, workload, loads }) =>
    placements.flatMap((placement) => networks.flatMap((network) => writeModes.flatMap((mode) => loads.map((load) => `${placement}, ${network}, ${mode}, ${workload}, load ${load}`)))))
  return [...new Set(repeated(keys))].map((key) => `the matrix has twice: ${key}`)
}
