import type { Measurement } from './measurement.ts'
import { cloudMeasurements } from './measurements/cloud/index.ts'
import { fogMeasurements } from './measurements/index.ts'
import { benchmarksPage } from './report/benchmarksPage.ts'
import { cloudPrograms } from './report/cloudPrograms.ts'
import type { MachineOptions } from './report/machine.ts'
import type { Results } from './report/results.ts'
import { scalingPage } from './report/scaling/scalingPage.ts'

export const profileNames = ['fog', 'cloud'] as const
export type ProfileName = (typeof profileNames)[number]

/** A placement of Brume that is measured: its own rows, its own pages. */
export interface Profile {
  readonly measurements: readonly Measurement[]
  readonly machine: Pick<MachineOptions, 'packages' | 'programs'>
  /** Of the last run, below the repository's root. */
  readonly resultsFile: string
  /** What `--write` renews: path below the root, and what it becomes of its present text. */
  readonly pages: readonly { readonly path: string; readonly renew: (present: string, results: Results) => string }[]
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  fog: {
    measurements: fogMeasurements,
    machine: { packages: ['@nestjs/core', 'fastify', 'better-sqlite3', 'sodium-native', '@prisma/client', 'ganache', 'ethers'] },
    resultsFile: 'loadtest/results/latest.json',
    pages: [{
      path: 'docs/benchmarks.md',
      renew: (_, results) => benchmarksPage(results, {
        command: 'npm run bench -- --write',
        title: 'Benchmarks',
        what: 'What `npm run bench` measured, in one run, on the machine below. The load generator, the platform and the chain\'s engine share its cores.',
        measurements: 'loadtest/bench/measurements/',
      }),
    }],
  },
  cloud: {
    measurements: cloudMeasurements,
    machine: { packages: ['@nestjs/core', 'fastify', 'kafkajs', 'pg', 'sodium-native', '@prisma/client', 'ganache', 'ethers'], programs: cloudPrograms },
    resultsFile: 'loadtest/results/cloud.json',
    pages: [
      {
        path: 'docs/benchmarks-cloud.md',
        renew: (_, results) => benchmarksPage(results, {
          command: 'npm run bench -- --profile cloud --write',
          title: 'Benchmarks of the cloud profile',
          what: 'What `npm run bench -- --profile cloud` measured, in one run, on the machine below. The load generator, the edge proxy, every replica, Kafka, PostgreSQL and the chains\' engines share its cores. [scaling.md](scaling.md) says what follows.',
          measurements: 'loadtest/bench/measurements/cloud/',
        }),
      },
      { path: 'docs/scaling.md', renew: scalingPage },
    ],
  },
}

export function isProfileName(name: string): name is ProfileName {
  return profileNames.some((known) => known === name)
}
