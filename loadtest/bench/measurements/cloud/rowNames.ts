/** Names of rows that docs/scaling.md reckons with: who measures them and who reads them agree here. */
export const rowNames = {
  servicesUs: 'CPU per reading, the three services',
  edgeUs: 'CPU per reading, edge proxy',
  enginesUs: 'CPU per reading, engines and their host',
  requestBytes: 'bytes of a request per reading',
  answerBytes: 'bytes of an answer per reading',
  logBytes: 'bytes of an entry in the log',
  databaseBytes: 'bytes of an entry in the database',
  walBytes: 'bytes of an entry through the write-ahead log of the database',
  accepted: (ingest: number) => `accepted alone, ${ingest} × ingest`,
  acceptUs: (ingest: number) => `CPU per accepted reading, services, ${ingest} × ingest`,
  sequenced: (ledger: number) => `sequenced alone, ${ledger} × ledger, 3 partitions`,
  sequenceUs: (ledger: number) => `CPU per sequenced reading, services, ${ledger} × ledger, 3 partitions`,
  sequenceDatabaseUs: (ledger: number) => `CPU per sequenced reading, database, ${ledger} × ledger, 3 partitions`,
  sequencedInPartitions: (partitions: number) => `sequenced alone, 3 × ledger, partitions with readings: ${partitions}`,
  acceptedWithBrokers: (brokers: number) => `accepted alone, ${brokersText(brokers)}`,
  brokersUs: (brokers: number) => `CPU per accepted reading, brokers, ${brokersText(brokers)}`,
  produced: (brokers: number) => `produced alone, ${brokersText(brokers)}`,
  producedMs: (brokers: number) => `one message at 500/s, p50, ${brokersText(brokers)}`,
} as const

function brokersText(brokers: number): string {
  return brokers === 1 ? '1 broker that flushes each batch' : `${brokers} brokers, ${brokers} copies, 2 in sync`
}
