interface OpenApi {
  readonly paths?: Readonly<Record<string, unknown>>
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** OpenAPI documents of several services as one: the first one's head, everybody's paths and components. */
export function joinOpenApi(texts: readonly string[]): string {
  const documents = texts.map((text): OpenApi => JSON.parse(text))
  const components: Record<string, unknown> = {}
  for (const [kind, members] of documents.flatMap((document) => Object.entries(document.components ?? {}))) components[kind] = { ...Object(components[kind]), ...members }
  return JSON.stringify({ ...documents[0], paths: Object.assign({}, ...documents.map(({ paths }) => paths)), components })
}

export interface MetricsText {
  /** Becomes a label of each sample: two replicas count the same things. */
  readonly replica: string
  readonly text: string
}

/** Prometheus text format of several processes as one: each metric is described once, and all its lines stand together, as the format demands. */
export function joinMetrics(texts: readonly MetricsText[]): string {
  const families = new Map<string, string[]>()
  for (const { replica, text } of texts) {
    for (const family of text.split(/^(?=# HELP )/m)) {
      const lines = family.split('\n').filter(Boolean)
      const [name, head, samples] = [/^# HELP (\S+)/.exec(family)?.[1] ?? '', lines.filter(isDescription), lines.filter((line) => !isDescription(line))]
      families.set(name, [...(families.get(name) ?? head), ...samples.map((sample) => labelled(sample, replica))])
    }
  }
  return `${[...families.values()].flat().join('\n')}\n`
}

function isDescription(line: string): boolean {
  return line.startsWith('#')
}

function labelled(sample: string, replica: string): string {
  return sample.replace(/^([^\s{]+)(?:\{([^]*)\})?(?= )/, (_, name: string, labels?: string) => `${name}{${labels ? `${labels},` : ''}replica="${replica}"}`)
}
