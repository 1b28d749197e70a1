import { repositoryRoot } from '@brume/testing'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { NetworkSpec } from '../model/index.ts'

const source = z.strictObject({
  title: z.string().min(1),
  /** Absent where the source does not say it. */
  year: z.int().min(1990).max(2100).optional(),
  url: z.url({ protocol: /^https?$/ }),
  /** What of it the number rests on. */
  says: z.string().min(1),
})

/** A whole number of ms, why it is that one, and who measured. */
const sourcedMs = (least: number) => z.strictObject({ value: z.int().min(least).max(60_000), why: z.string().min(1), sources: z.array(source).min(1) })

const drops = z.strictObject({ everyMs: sourcedMs(1), forMs: sourcedMs(1) })
  .refine(({ everyMs, forMs }) => forMs.value < everyMs.value, { error: 'drops.forMs must be less than drops.everyMs: between two interruptions the link is there' })

const oneWay = { title: z.string().min(1), roundTripMs: sourcedMs(0), jitterMs: sourcedMs(0) }

const schemas = {
  access: z.strictObject({ ...oneWay, drops: drops.optional() }).superRefine(refuseWideJitter),
  region: z.strictObject(oneWay).superRefine(refuseWideJitter),
}

export type AccessProfile = z.infer<typeof schemas.access>
export type RegionProfile = z.infer<typeof schemas.region>
export type ProfileKind = keyof typeof schemas

/** A plan's network with the profiles that it names. */
export interface Network {
  readonly name: string
  readonly access: AccessProfile
  readonly region: RegionProfile
}

/** A profile that is not there, or says what cannot be emulated. The message is for whoever named or wrote it. */
export class BadNetworkProfile extends TypeError {}

const defaultFolder = (): string => join(repositoryRoot(), 'loadtest/networks')

export function knownNetworks(folder = defaultFolder()): Readonly<Record<ProfileKind, readonly string[]>> {
  return { access: namesIn(join(folder, 'access')), region: namesIn(join(folder, 'region')) }
}

/** @throws BadNetworkProfile */
export function readNetwork({ name, access, region }: NetworkSpec, folder = defaultFolder()): Network {
  return { name, access: profileOf('access', access, folder), region: profileOf('region', region, folder) }
}

function profileOf<Kind extends ProfileKind>(kind: Kind, name: string, folder: string): z.infer<(typeof schemas)[Kind]> {
  const known = namesIn(join(folder, kind))
  if (!known.includes(name)) throw new BadNetworkProfile(`unknown ${kind} network ${JSON.stringify(name)}: there are ${known.join(', ')} (loadtest/networks/${kind}/)`)
  const read = schemas[kind].safeParse(contentOf(join(folder, kind, `${name}.json`)))
  if (!read.success) throw new BadNetworkProfile(`loadtest/networks/${kind}/${name}.json: ${z.prettifyError(read.error)}`)
  // The schema of this kind has parsed it; TypeScript does not follow the index.
  return read.data as z.infer<(typeof schemas)[Kind]>
}

/** A delay is never negative: each way has half of the round trip. */
function refuseWideJitter({ roundTripMs, jitterMs }: Record<'roundTripMs' | 'jitterMs', { readonly value: number }>, context: z.RefinementCtx): void {
  if (jitterMs.value * 2 > roundTripMs.value) context.addIssue({ code: 'custom', path: ['jitterMs'], message: 'each way has half of the round trip, and jitter must not be longer' })
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BadNetworkProfile(`${file} is no JSON`, { cause: error })
  }
}

function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).toSorted()
}
