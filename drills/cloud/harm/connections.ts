import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** proc(5), /proc/net/tcp: the state of a connection that both ends know. */
const ESTABLISHED = '01'
const LIMIT_MS = 2_000

/** Connections to a listener of the loopback address on this port. */
export function openConnections(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1).map((row) => row.trim().split(/\s+/))
  return rows.filter(([, address, , state]) => address?.endsWith(local) === true && state === ESTABLISHED).length
}

export async function refusesConnections(port: number): Promise<boolean> {
  const refused = new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: LIMIT_MS })
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true)).once('connect', () => socket.destroy())
  })
  return Promise.race([refused, sleep(LIMIT_MS, false, { ref: false })])
}
