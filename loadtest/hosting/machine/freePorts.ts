import { isFreePort } from '@brume/testing'

export class PortInUse extends Error {
  override name = 'PortInUse'
}

/** @param wanted what for → port; 0 is any free one @throws PortInUse that names all of them */
export async function requireFreePorts(wanted: Readonly<Record<string, number>>): Promise<void> {
  const taken: string[] = []
  for (const [what, port] of Object.entries(wanted)) if (port !== 0 && !(await isFreePort(port))) taken.push(`${port} (for ${what})`)
  if (taken.length > 0) throw new PortInUse(`port ${taken.join(' and ')} on 127.0.0.1 is in use: end what listens there, or choose another`)
}
