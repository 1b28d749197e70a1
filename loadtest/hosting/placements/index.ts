export { ANCHORING } from './anchoring.ts'
export type { Cost, CostMark, CostMeter } from './costMeter.ts'
export { PlacementGone, type HostedChain, type Placement } from './placement.ts'
export { startPlacement, type PlacementOptions } from './startPlacement.ts'
