/** What ingest's controllers and consumers are given; put together in ingest.module.ts. */
export const INGEST_PARTS = Symbol('ingest parts')
export const ACCEPTANCE = Symbol('acceptance')
export const DEVICE_STANDINGS = Symbol('device standings')
export const CHAIN_STANDINGS = Symbol('chain standings')
