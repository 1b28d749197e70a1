/**
 * Above this share of their CPU (`generatorCpuShare`) what is measured may be k6, the proxies or the forwarder and not the deployment: arrivals then wait for
 * CPU here. A share and not a rate, because how many requests fit differs between machines, and each cell measures its own share.
 */
export const BUSY_GENERATOR_SHARE = 0.85
