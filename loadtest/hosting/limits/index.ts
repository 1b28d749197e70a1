export { parseCpuList } from './cpuList.ts'
export type { GroupLimits, Limits, ProcessGroup, SystemGroup } from './limits.ts'
export { openLimits } from './openLimits.ts'
