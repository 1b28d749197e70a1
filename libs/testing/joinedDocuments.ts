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

/** Prometheus text format: a metric of several processes would be described twice, so later descriptions are left out. */
export function joinMetrics(texts: readonly string[]): string {
  const described = new Set<string>()
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => {
    const description = /^# (?:HELP|TYPE) \S+/.exec(line)?.[0]
    if (description === undefined) return line !== ''
    return described.size !== described.add(description).size
  })
  return `${lines.join('\n')}\n`
}
