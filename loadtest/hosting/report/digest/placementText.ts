import type { Plan } from '../../model/index.ts'
import { listText } from '../markup/format.ts'

/** `fog-0.5 (0.5 cores)`; the plain name where the plan does not know it. */
export function placementText(plan: Plan, name: string): string {
  const placement = plan.placements.find((one) => one.name === name)
  return placement === undefined ? name : `${name} (${coresText(placement.cores)})`
}

function coresText(cores: number): string {
  return cores === 1 ? '1 core' : `${cores} cores`
}

/** All placements of a plan in words. */
export function placementsText({ placements }: Plan): string {
  return listText(placements.map(({ name, kind, cores, memoryMiB }) => `${name} (${kind}, ${coresText(cores)}, ${memoryMiB} MiB)`))
}
