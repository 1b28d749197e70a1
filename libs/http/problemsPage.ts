import type { ProblemKind } from './problems.ts'

export interface ProblemExplanation {
  readonly type: string
  readonly code: string
  readonly service: string
  readonly status: number
  readonly title: string
  readonly whatToDo: string
}

export function explanationOf({ code, service, status, title, whatToDo }: ProblemKind): ProblemExplanation {
  return { type: `/problems/${code}`, code, service, status, title, whatToDo }
}

/** For people who open a problem's `type` in a browser. */
export function problemsHtml(kinds: readonly ProblemKind[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Brume problems</title>
${kinds.map(htmlOf).join('\n')}
<p><a href="/problems">All problems</a></p></html>
`
}

function htmlOf({ code, status, title, whatToDo }: ProblemKind): string {
  return `<h2 id="${code}">${escapeHtml(title)}</h2><p>${status} <code>${code}</code></p><p>${escapeHtml(whatToDo)}</p>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The Markdown of docs/problems.md, below the line that says it is generated. */
export function problemsDoc(kinds: readonly ProblemKind[]): string {
  const services = [...new Set(kinds.map((kind) => kind.service))]
  return `# Problems

Every refusal is \`application/problem+json\` (RFC 9457). Its \`type\` is \`/problems/CODE\`, which the service itself answers with the text below.
${services.map((service) => section(service, kinds.filter((kind) => kind.service === service))).join('\n')}`
}

function section(service: string, kinds: readonly ProblemKind[]): string {
  const rows = kinds.map(({ code, status, title, whatToDo }) => `| \`${code}\` | ${status} | ${title} | ${whatToDo} |`)
  return `
## ${service}

| code | status | title | what to do |
|---|---|---|---|
${rows.join('\n')}
`
}
