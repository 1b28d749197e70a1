export * from './logger.ts'
export * from './metrics.ts'
export * from './observabilityModule.ts'
export * from './readiness.ts'
