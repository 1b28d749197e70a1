import { KEYS } from '@brume/event-log'
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common'
import { KeysConsumer } from './keysConsumer.ts'
import { TableView } from './tableView.ts'
import { CLOCK, CONFIG, DATABASE, EVENT_LOG, EVENT_LOG_STRATEGY, KEK, KEY_VIEW, LOGGER, NEW_ID, TOKEN_VERIFIER, type RuntimeParts } from './tokens.ts'
import { tokenVerifier } from './tokenVerifier.ts'

/** Hands the parts of the process to whichever services run in it. A test gives its own clock and ids. */
@Global()
@Module({})
export class RuntimeModule {
  static with(parts: RuntimeParts): DynamicModule {
    const keys = new TableView(KEYS, parts.eventLog)
    const providers: Provider[] = [
      { provide: CONFIG, useValue: parts.config },
      { provide: DATABASE, useValue: parts.database },
      { provide: EVENT_LOG, useValue: parts.eventLog },
      { provide: EVENT_LOG_STRATEGY, useValue: parts.strategy },
      { provide: CLOCK, useValue: parts.clock },
      { provide: NEW_ID, useValue: parts.newId },
      { provide: KEK, useValue: parts.kek },
      { provide: LOGGER, useValue: parts.logger },
      { provide: KEY_VIEW, useValue: keys },
      { provide: TOKEN_VERIFIER, useValue: tokenVerifier(parts.config, keys, parts.clock) },
    ]
    return { module: RuntimeModule, controllers: [KeysConsumer], providers, exports: providers }
  }
}
