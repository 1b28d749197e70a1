import type { Clock, Config, NewId } from '@brume/config'
import type { EventLog, EventLogStrategy } from '@brume/event-log'
import type { Kek } from '@brume/keys'
import type { Database, Databases } from '@brume/prisma'
import type { LoggerService } from '@nestjs/common'

/** What every service is given at start. Interfaces have no runtime value, so each has a token: `@Inject(DATABASE) database: Database`. */
export const CONFIG = Symbol('config')
/** The service's own database: each service module binds it, with {@link serviceDatabase}. */
export const DATABASE = Symbol('database')
/** Databases: one for each service of the process. */
export const DATABASES = Symbol('databases')
export const EVENT_LOG = Symbol('event log')
/** Where a service registers the positions of its groups, in `onModuleInit`. */
export const EVENT_LOG_STRATEGY = Symbol('event log strategy')
export const CLOCK = Symbol('clock')
export const NEW_ID = Symbol('new id')
export const KEK = Symbol('key-encryption key')
export const LOGGER = Symbol('logger')
/** TableView of the public keys of all services. */
export const KEY_VIEW = Symbol('key view')
/** AccessTokenVerifier over KEY_VIEW. */
export const TOKEN_VERIFIER = Symbol('token verifier')

export interface RuntimeParts {
  readonly config: Config
  /** One for all services, or one for each. */
  readonly database: Database | Databases
  readonly eventLog: EventLog
  readonly strategy: EventLogStrategy
  readonly clock: Clock
  readonly newId: NewId
  readonly kek: Kek
  readonly logger: LoggerService
}
