import type { Config } from '@brume/config'
import { ConfigError } from '@brume/config'
import type { ChainEngine } from './engine.ts'
import { readEngineToken } from './engineToken.ts'
import { GanacheEngine } from './ganache/ganacheEngine.ts'
import { HostedEngine } from './hosted/hostedEngine.ts'

/** Engines of an engine host where ENGINE_URL names one, else processes of this machine that this one starts. */
export function engineFor({ engineUrl, engineTokenFile, engineLeaseMs }: Pick<Config, 'engineUrl' | 'engineTokenFile' | 'engineLeaseMs'>): ChainEngine {
  if (engineUrl === undefined) return new GanacheEngine({ leaseMs: engineLeaseMs })
  if (engineTokenFile === undefined) throw new ConfigError(['ENGINE_TOKEN_FILE: is needed with ENGINE_URL'])
  return new HostedEngine({ url: engineUrl, token: readEngineToken(engineTokenFile) })
}
