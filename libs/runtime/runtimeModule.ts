import { KEYS } from '@brume/event-log'
import { oneForAll, type Databases } from '@brume/prisma'
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common'
import { APP_INTERCEPTOR } from '@nestjs/core'
import { KeysConsumer } from './keysConsumer.ts'
import { TableView } from './tableView.ts'
import { TenantScopeInterceptor } from './tenantScopeInterceptor.ts'
import { CLOCK, CONFIG, DATABASES, EVENT_LOG, EVENT_LOG_STRATEGY, KEK, KEY_VIEW, LOGGER, NEW_ID, TOKEN_VERIFIER, type RuntimeParts } from './tokens.ts'
import { tokenVerifier } from './tokenVerifier.ts'

/** Hands the parts of the process to whichever services run in it. A test gives its own clock and ids. */
@Global()
@Module({})
export class RuntimeModule {
  static with(parts: RuntimeParts): DynamicModule {
    const keys = new TableView(KEYS, parts.eventLog)
    const providers: Provider[] = [
      { provide: CONFIG, useValue: parts.config },
      { provide: DATABASES, useValue: databasesOf(parts) },
      { provide: EVENT_LOG, useValue: parts.eventLog },
      { provide: EVENT_LOG_STRATEGY, useValue: parts.strategy },
      { provide: CLOCK, useValue: parts.clock },
      { provide: NEW_ID, useValue: parts.newId },
      { provide: KEK, useValue: parts.kek },
      { provide: LOGGER, useValue: parts.logger },
      { provide: KEY_VIEW, useValue: keys },
      { provide: TOKEN_VERIFIER, useValue: tokenVerifier(parts.config, keys, parts.clock) },
    ]
    return { module: RuntimeModule, controllers: [KeysConsumer], providers: [...providers, ...scopes(parts)], exports: providers }
  }
}

function databasesOf({ database }: RuntimeParts): Databases {
  return 'kind' in database ? oneForAll(database) : database
}

/** Only where it is asked for: SQLite knows no scope, and ingest has no table with rows of tenants. */
function scopes(parts: RuntimeParts): Provider[] {
  const databases = databasesOf(parts)
  const isScoped = parts.config.services.some((service) => service !== 'ingest' && databases[service].kind === 'postgresql')
  return isScoped ? [{ provide: APP_INTERCEPTOR, useClass: TenantScopeInterceptor }] : []
}
