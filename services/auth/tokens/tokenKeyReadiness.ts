import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import type { KEYS } from '@brume/event-log'
import { SigningKey } from '@brume/keys'
import { Readiness } from '@brume/observability'
import { KEY_VIEW, type TableView } from '@brume/runtime'

/** Auth is ready once its own key has come back over the log: before that, the tokens that it issues would be refused. */
@Injectable()
export class TokenKeyReadiness implements OnModuleInit {
  constructor(private readonly key: SigningKey, @Inject(KEY_VIEW) private readonly keys: TableView<typeof KEYS>, private readonly readiness: Readiness) {}

  onModuleInit(): void {
    this.readiness.register('token key', () => (this.keys.get(this.key.kid) ? undefined : `${this.key.kid} is not on the topic keys yet`))
  }
}
