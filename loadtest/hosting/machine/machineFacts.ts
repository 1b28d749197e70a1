import os from 'node:os'
import { repositoryRoot } from '@brume/testing'
import { cloudPrograms, saidBy } from '../../bench/report/cloudPrograms.ts'
import { machineOf } from '../../bench/report/machine.ts'
import type { MachineFacts } from '../model/index.ts'
import { goBuildVersion } from './goBuildVersion.ts'

/** Paths of what measures; undefined where a run does without. */
export interface MeasuringPrograms {
  readonly k6?: string | undefined
  readonly toxiproxy?: string | undefined
}

const GIB = 1_024 ** 3

/** Where and of what a run is made. */
export function machineFacts({ k6, toxiproxy }: MeasuringPrograms = {}, root = repositoryRoot()): MachineFacts {
  const { cpu, system, node, versions, commit } = machineOf(root, { packages: ['ganache'], programs: cloudPrograms })
  return {
    cpu,
    cores: os.cpus().length, // not those that this process may use: it may be in a group already
    memoryGiB: Math.round((os.totalmem() / GIB) * 10) / 10,
    kernel: system,
    versions: { node: node.slice(1), ...versionOf('k6', k6), ...versionOf('toxiproxy', toxiproxy), ...lowerCase(versions) },
    commit: commit.replace(/-dirty$/, ''),
    dirty: commit.endsWith('-dirty'),
  }
}

/** Toxiproxy made by `go install` says of itself only "git": what Go has written into it knows. */
function versionOf(name: string, path: string | undefined): Record<string, string> {
  if (path === undefined) return {}
  const said = saidBy(path, [name === 'k6' ? 'version' : '--version'])
  return { [name]: said === 'unknown' ? goBuildVersion(path) ?? said : said }
}

/** `Apache Kafka` → `kafka`: one way of writing for all programs. */
function lowerCase(versions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name.replace('Apache ', '').toLowerCase(), version]))
}
