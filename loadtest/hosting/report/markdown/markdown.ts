import { markdownTable } from '../../../bench/report/markdownTable.ts'
import { escapeText } from '../markup/element.ts'
import type { Block, Report, Section, Table } from '../document/block.ts'

/** The report for a repository; its pictures stand beside it as `<id>.svg`. */
export function markdownOf({ title, sections }: Report, generatedBy: string): string {
  return [`<!-- ${generatedBy} -->`, `# ${escapeMarkdown(title)}`, ...sections.flatMap(sectionText)].join('\n\n') + '\n'
}

function sectionText({ title, blocks }: Section): string[] {
  return [`## ${escapeMarkdown(title)}`, ...blocks.flatMap(blockText)]
}

function blockText(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [escapeMarkdown(block.text)]
    case 'heading':
      return [`### ${escapeMarkdown(block.text)}`]
    case 'list':
      return [block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n')]
    case 'table':
      return tableText(block.table)
    case 'figure':
      return [`![${escapeMarkdown(`${block.figure.title}. ${block.figure.description}`)}](${block.figure.id}.svg)`]
    case 'fold':
      // What stands in HTML is escaped as HTML: a backslash would be shown there.
      return block.only === 'page' ? [] : [`<details><summary>${escapeText(block.title.replaceAll(/\s+/g, ' '))}</summary>`, ...block.blocks.flatMap(blockText), '</details>']
  }
}

/** Computed values are in italics. */
function tableText({ caption, head, rows, computed = [] }: Table): string[] {
  const cells = (row: readonly string[]): string[] => row.map((cell, column) => (computed.includes(column) && cell !== '' ? `*${escapeMarkdown(cell, '|')}*` : escapeMarkdown(cell, '|')))
  return [`**${escapeMarkdown(caption)}**`, markdownTable(head.map((cell) => escapeMarkdown(cell, '|')), rows.map(cells))]
}

/**
 * Names from a results folder stay text: no markup, no HTML, no new line. A bar is escaped by `markdownTable`, and is plain elsewhere.
 */
export function escapeMarkdown(content: string, except = ''): string {
  const oneLine = content.replaceAll(/\s+/g, ' ').trim()
  const marked = oneLine.replaceAll(/[\\`*_[\]|~]/g, (sign) => (except.includes(sign) ? sign : `\\${sign}`))
  return marked.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/^([-+#]|\d+[.)])(?=\s)/, '\\$1')
}
