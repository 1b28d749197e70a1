export { LedgerModule } from './ledger.module.ts'
export { ledgerProblems } from './problems.ts'
