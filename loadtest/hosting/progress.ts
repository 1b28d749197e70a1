import { sum } from '../bench/statistics.ts'

/** Seconds of a block: what was estimated, and what it took. */
interface Done {
  readonly estimatedS: number
  readonly tookS: number
}

/**
 * Says how long the rest will take. The estimates of the blocks say how they compare with each other; how fast this machine is compared with
 * the one of the estimates comes from the blocks that are done.
 */
export class Progress {
  readonly #say: (line: string) => void
  readonly #left: Map<string, number>
  readonly #total: number
  readonly #done: Done[] = []

  /** @param estimatedS of each block that is to run, by id */
  constructor(estimatedS: ReadonlyMap<string, number>, say: (line: string) => void) {
    this.#say = say
    this.#left = new Map(estimatedS)
    this.#total = estimatedS.size
  }

  begin(id: string): void {
    const place = this.#left.has(id) ? `${this.#total - this.#left.size + 1}/${this.#total}` : 'once more'
    this.#say(`[${place}] ${id} … ${minutesText(this.leftS)} left`)
  }

  /** One line below that of the block. */
  detail(text: string): void {
    this.#say(`  ${text}`)
  }

  /** A block that broke counts as well: the time is gone. */
  end(id: string, tookS: number): void {
    const estimatedS = this.#left.get(id)
    if (estimatedS === undefined) return
    this.#left.delete(id)
    this.#done.push({ estimatedS, tookS })
    this.detail(`took ${tookS.toFixed(0)} s`)
  }

  get leftS(): number {
    return this.#speed * sum([...this.#left.values()])
  }

  get #speed(): number {
    return this.#done.length === 0 ? 1 : sum(this.#done.map(({ tookS }) => tookS)) / sum(this.#done.map(({ estimatedS }) => estimatedS))
  }
}

function minutesText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}
