import { repositoryRoot } from '@brume/testing'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostingArguments } from '../arguments.ts'
import type { Plan } from '../model/index.ts'
import { knownNetworks } from '../networks/index.ts'
import { BadPlan, parsePlan } from './parsePlan.ts'

/** @throws BadPlan */
export function readPlan(asked: HostingArguments['plan'], seed: number | undefined): Plan {
  const [path, shown] = 'file' in asked ? [asked.file, asked.file] : [join(repositoryRoot(), `loadtest/plans/${asked.name}.json`), `loadtest/plans/${asked.name}.json`]
  const plan = parsePlan(textOf(path, shown), shown, knownNetworks())
  return seed === undefined ? plan : { ...plan, seed }
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new BadPlan(shown, ['it cannot be read'])
  }
}
