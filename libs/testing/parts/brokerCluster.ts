import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../freePort.ts'
import { KafkaBroker, type KafkaOptions } from './kafkaBroker.ts'

export interface ClusterPlace {
  readonly folder: string
  /** Told of a broker that has ended by itself. */
  readonly progress: (text: string) => void
}

interface Node {
  readonly id: number
  readonly port: number
  readonly internalPort: number
  readonly controllerPort: number
}

/** Two brokers or three, each its own process and a voter of the controllers' quorum. With one, there is no cluster to make. */
export class BrokerCluster implements AsyncDisposable {
  /** What the first one is started with, by the site. The others wait for it. */
  readonly first: Omit<KafkaOptions, 'dataDir'>
  readonly bootstrap: readonly string[]
  readonly #folder: string
  /** All are asked for at once: none is ready before a majority is there. */
  readonly #starting: Promise<KafkaBroker>[]
  readonly #others: KafkaBroker[] = []
  #ending = false

  private constructor(nodes: readonly Node[], options: Partial<KafkaOptions>, { folder, progress }: ClusterPlace) {
    const [first, ...others] = nodes.map((node): Omit<KafkaOptions, 'dataDir'> => ({ ...options, port: node.port, properties: propertiesOf(node, nodes) }))
    if (first === undefined) throw new RangeError('a cluster of nobody')
    this.first = first
    this.bootstrap = nodes.map(({ port }) => `127.0.0.1:${port}`)
    this.#folder = mkdtempSync(join(folder, 'brokers-'))
    this.#starting = others.map((other, at) => KafkaBroker.start({ ...other, dataDir: join(this.#folder, String(at + 2)) }))
    for (const broker of this.#starting) broker.then((started) => this.#take(started, progress)).catch((error: unknown) => progress(`a broker has not started: ${String(error)}`))
  }

  /** Returns while they start: without the first there is no majority, or nobody to give a share to. */
  static async start(count: number, options: Partial<KafkaOptions>, place: ClusterPlace): Promise<BrokerCluster> {
    const nodes: Node[] = []
    for (let id = 1; id <= count; id++) nodes.push({ id, port: await freePort(), internalPort: await freePort(), controllerPort: await freePort() })
    return new BrokerCluster(nodes, options, place)
  }

  get eventLogUrl(): string {
    return `kafka://${this.bootstrap.join(',')}`
  }

  /** The brokers beside the first that run. */
  get others(): readonly KafkaBroker[] {
    return this.#others
  }

  get otherPids(): number[] {
    return this.#others.map(({ pid }) => pid)
  }

  /** One that ends by itself is told of; whoever stands on it breaks by itself. */
  #take(broker: KafkaBroker, progress: ClusterPlace['progress']): void {
    this.#others.push(broker)
    void broker.exited.then(({ code, signal }) => this.#ending || progress(`a broker has ended by itself (${signal ?? `exit ${code}`}):\n${broker.output.slice(-2_000)}`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#starting)
    this.#ending = true
    // By force: the last ones of a quorum cannot end in order, and the data goes anyway.
    await Promise.all(this.#others.filter(({ exit }) => exit === undefined).map((broker) => broker.kill('SIGKILL')))
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** KafkaBroker makes a cluster of one; these lines win over its own. */
function propertiesOf({ id, port, internalPort, controllerPort }: Node, nodes: readonly Node[]): Record<string, string> {
  const replicas = String(nodes.length)
  return {
    'node.id': String(id),
    'controller.quorum.voters': nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
    'listeners': `CLIENT://127.0.0.1:${port},INTERNAL://127.0.0.1:${internalPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${port},INTERNAL://127.0.0.1:${internalPort}`,
    // Kafka's own default: on a machine that is fully busy, the short one of our tests fences a broker that only waits for a core.
    'broker.session.timeout.ms': '9000',
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'share.coordinator.state.topic.replication.factor': replicas,
  }
}
