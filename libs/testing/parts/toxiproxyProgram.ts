import { goProgram, hasGoProgram, type GoProgram } from './goProgram.ts'

const TOXIPROXY: GoProgram = { title: 'Toxiproxy', name: 'toxiproxy-server', module: 'github.com/Shopify/toxiproxy/v2/cmd/server', version: 'v2.12.0' }

/** Whether a test that needs Toxiproxy can run here. */
export function hasToxiproxy(): boolean {
  return hasGoProgram(TOXIPROXY)
}

export function toxiproxyProgram(): Promise<string> {
  return goProgram(TOXIPROXY)
}
