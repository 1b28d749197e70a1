export { BadResults } from './badResults.ts'
export { readRun } from './readRun.ts'
export { otherThan } from './resumption.ts'
export { RunFolder, type RunOptions } from './runFolder.ts'
