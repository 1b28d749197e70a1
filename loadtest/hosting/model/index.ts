export * from './plan.ts'
export * from './records.ts'
export * from './results.ts'
