import type { WayDelays } from './linkDelays.ts'

/** SYN and SYN-ACK go before the first byte of a request (RFC 9293 section 3.5). */
const TCP_ROUND_TRIPS = 1
/** ClientHello and ServerHello go before it in a full handshake (RFC 8446 section 2); a resumed one with early data would save this (section 2.3). */
const TLS_ROUND_TRIPS = 1

/**
 * What a request on a connection that is still to be made waits for longer, ms: computed, for Toxiproxy does not delay handshakes and the load keeps its
 * connections open. Round trips only: no name look-up, no CPU for the keys. A device connects to its gateway, whose own connection to the cloud is kept open.
 */
export function coldConnectionMs({ device }: WayDelays): number {
  return (TCP_ROUND_TRIPS + TLS_ROUND_TRIPS) * device.roundTripMs
}
