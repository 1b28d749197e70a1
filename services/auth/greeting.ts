import { operatorTokenPath, type Config } from '@brume/config'
import { tenantTokenPath } from './firstStart/firstTenantToken.ts'

/** Where the first tokens are, for whoever has started the platform. Never the tokens: what is printed ends in log files. */
export function authGreeting({ dataDir, operatorToken }: Pick<Config, 'dataDir' | 'operatorToken'>): string[] {
  return [
    `token of the first tenant: ${tenantTokenPath(dataDir)}`,
    `token of the operator: ${operatorToken === undefined ? operatorTokenPath(dataDir) : 'as given in BRUME_OPERATOR_TOKEN'}`,
  ]
}
