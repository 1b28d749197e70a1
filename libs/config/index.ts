export * from './clock.ts'
export * from './faultPoint.ts'
export * from './ids.ts'
