export { IngestModule } from './ingest.module.ts'
export { ingestProblems } from './problems.ts'
