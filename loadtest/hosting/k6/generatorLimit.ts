/**
 * Above this share of one core (`generatorCpuUs` over the measured time) what is measured may be k6 and not the deployment: arrivals then wait for the
 * generator's own CPU. A share and not a rate, because how many requests fit differs between machines, and each cell measures its own share.
 */
export const BUSY_GENERATOR_SHARE = 0.7
