import { table, text, type Section } from '../document/block.ts'

/** What real networks and clouds do and this machine does not, and whom leaving it out flatters. */
const rows: readonly (readonly [string, string, string])[] = [
  ['Packet loss', 'Toxiproxy works on streams: nothing is ever lost and sent again.', 'Flatters the cloud and the gateway: their way is longer, and a loss costs at least one of their round trips. Wireless access loses for every placement.'],
  ['TCP slow start', 'Connections are warm and loopback windows are large.', 'Flatters the cloud: large bodies (100 readings per request) would take more round trips on the longer way. Small ones fit the first window (RFC 6928).'],
  ['Bandwidth', 'Left out: Toxiproxy bounds each connection by itself, not the link that they share.', 'Flatters the cloud: a narrow uplink of the site would be in its way and the gateway\'s, not in the fog\'s. LTE access would slow all alike.'],
  ['Delay of handshakes', 'Toxiproxy accepts a connection before it delays anything, so connections are kept open; the cold one is computed beside the delays.', 'Flatters devices that connect for each reading, and the cloud most of them.'],
  ['Jitter and reordering of packets', 'A delay is put on the stream as a whole; order is kept.', 'Flatters longer ways a little.'],
  ['Other tenants', 'The system under test is alone.', 'Flatters the cloud, where neighbours share machines; and a fog box that runs other programs.'],
  ['Clouds of many cores', 'Each placement has a share of one small machine. The cloud\'s services, Kafka, PostgreSQL and proxy share what a fog node has for itself.', 'Flatters the fog: a real cloud has a capacity of its own. So loads are shares of the own capacity, and one comparison keeps the cloud nearly idle.'],
  ['Distance inside the cloud', 'Its database, log and engine are on one loopback.', 'Flatters the cloud: replicas in several zones wait for each other on each append.'],
  ['Disks', 'All share the disk of this machine.', 'A fog box with an SD card commits more slowly: flatters the fog.'],
]

export function notEmulated(): Section {
  return {
    id: 'not-emulated',
    title: 'What was not emulated, and which way it leans',
    blocks: [text('All addresses are loopback on one machine. What this leaves out:'), table('Not emulated', ['What', 'Why, or how', 'Which way it leans'], rows)],
  }
}
