/**
 * A process of its own that is a member of a group: `BROKER PREFIX`. It writes one line for each partition that it is assigned, and for each batch. It never
 * moves its position, as one whose database does not commit.
 */
import { writeSync } from 'node:fs'
import { contractTopics, QUEUE } from '../contract/logPlace.ts'
import { KafkaEventLog } from './kafkaEventLog.ts'

const [broker = '', prefix = ''] = process.argv.slice(2)
const log = await KafkaEventLog.open({ place: { brokers: [broker], prefix, single: true }, topics: contractTopics })
log.consume({
  group: 'ledger',
  topic: QUEUE,
  maxRecords: 10,
  position: async () => 0,
  assigned: async (partition) => void writeSync(1, `assigned ${partition}\n`),
  onError: () => undefined,
  onBatch: ({ partition }) => void writeSync(1, `batch ${partition}\n`),
})
