/** What differs between brokers of ours; the rest stands in tools/kafka/server.properties. */
export interface KafkaSettings {
  readonly port: number
  readonly controllerPort: number
  /** Of the broker's own connections, used when clients must show credentials. */
  readonly internalPort: number
  /** A listener of its own for each proxy: a client goes to the address that a broker advertises, past every proxy that is not named there. */
  readonly proxied?: readonly { readonly port: number; readonly advertisedPort: number }[]
  /** Clients must log in (SASL PLAIN or SCRAM). */
  readonly credentials?: { readonly user: string; readonly password: string }
  /** Clients must speak TLS. PEM file with the key (PKCS #8) and the certificate. */
  readonly tls?: { readonly keystoreFile: string }
  /** More lines of server.properties. They win. */
  readonly properties?: Readonly<Record<string, string>>
}

interface Listener {
  readonly name: string
  readonly port: number
  readonly advertisedPort: number | undefined
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** The lines for server.properties; Kafka takes the last one of a name. */
export function kafkaConfig(settings: KafkaSettings, logFolder: string): string {
  const listeners = listenersOf(settings)
  const lines: Record<string, string> = {
    'listeners': listeners.map(({ name, port }) => `${name}://127.0.0.1:${port}`).join(','),
    'advertised.listeners': listeners.flatMap(({ name, advertisedPort }) => (advertisedPort === undefined ? [] : [`${name}://127.0.0.1:${advertisedPort}`])).join(','),
    'listener.security.protocol.map': listeners.map(({ name, protocol }) => `${name}:${protocol}`).join(','),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.quorum.voters': `1@127.0.0.1:${settings.controllerPort}`,
    'log.dirs': logFolder,
    ...loginOf(settings, listeners),
    ...(settings.tls === undefined ? {} : { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': settings.tls.keystoreFile }),
    ...settings.properties,
  }
  return `${Object.entries(lines).map(([name, value]) => `${name}=${value}`).join('\n')}\n`
}

function listenersOf({ port, controllerPort, internalPort, proxied = [], credentials, tls }: KafkaSettings): Listener[] {
  const transport = tls === undefined ? 'PLAINTEXT' : 'SSL'
  const protocol = credentials === undefined ? transport : (`SASL_${transport}` as const)
  return [
    { name: 'CLIENT', port, advertisedPort: port, protocol },
    { name: 'INTERNAL', port: internalPort, advertisedPort: internalPort, protocol: 'PLAINTEXT' },
    // Controllers are not advertised.
    { name: 'CONTROLLER', port: controllerPort, advertisedPort: undefined, protocol: 'PLAINTEXT' },
    ...proxied.map((one, i): Listener => ({ name: `PROXIED${i}`, port: one.port, advertisedPort: one.advertisedPort, protocol })),
  ]
}

function loginOf({ credentials }: KafkaSettings, listeners: readonly Listener[]): Record<string, string> {
  if (credentials === undefined) return {}
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${credentials.user}="${credentials.password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const asked = listeners.filter(({ protocol }) => protocol.startsWith('SASL_'))
  const modules = asked.flatMap(({ name }) => MECHANISMS.map((how) => [`listener.name.${name.toLowerCase()}.${how.toLowerCase()}.sasl.jaas.config`, how === 'PLAIN' ? plain : scram] as const))
  return { 'sasl.enabled.mechanisms': MECHANISMS.join(','), ...Object.fromEntries(modules) }
}
