export { DelayRefused, refuseDelay } from './achievedDelay.ts'
export { NetworkLinks, type NetworkLinksOptions } from './networkLinks.ts'
export { BadNetworkProfile, knownNetworks, readNetwork, type AccessProfile, type Network, type RegionProfile } from './networkProfile.ts'
