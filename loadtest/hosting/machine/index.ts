export type { Busyness, BusyProcess } from './busyness.ts'
export { machineFacts, type MeasuringPrograms } from './machineFacts.ts'
export { PortInUse, requireFreePorts } from './freePorts.ts'
export { MachineBusy, refuseBusyMachine, type BusyOptions } from './refuseBusyMachine.ts'
