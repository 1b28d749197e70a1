import { element, raw, type Child, type Markup } from '../markup/element.ts'
import { escapeText } from '../markup/element.ts'
import type { Block, Report, Section, Table } from '../document/block.ts'
import { svg } from '../svg/figure.ts'
import { pageInk } from '../svg/ink.ts'
import { styleSheet } from './styleSheet.ts'

/** One file without anything from elsewhere: no script, no font, no picture beside it. */
export function pageOf({ title, sections }: Report, generatedBy: string): string {
  const page = element(
    'html',
    { lang: 'en' },
    element('head', {}, element('meta', { charset: 'utf-8' }), element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }), element('meta', { name: 'color-scheme', content: 'light dark' }), policy(), element('title', {}, title), element('style', {}, raw(styleSheet))),
    element('body', {}, element('a', { class: 'skip', href: '#content' }, 'Skip to the content'), element('header', {}, element('h1', {}, title), contents(sections)), element('main', { id: 'content', tabindex: '-1' }, sections.map(section))),
  )
  return `<!doctype html>\n<!-- ${escapeText(generatedBy)} -->\n${page.text}\n`
}

/** Nothing may be loaded, even if something got in that asks for it. */
function policy(): Markup {
  return element('meta', { 'http-equiv': 'Content-Security-Policy', content: "default-src 'none'; style-src 'unsafe-inline'" })
}

function contents(sections: readonly Section[]): Markup {
  return element('nav', { 'aria-label': 'Contents' }, element('ol', {}, sections.map(({ id, title }) => element('li', {}, element('a', { href: `#${id}` }, title)))))
}

function section({ id, title, blocks }: Section): Markup {
  return element('section', { id, 'aria-labelledby': `${id}-heading` }, element('h2', { id: `${id}-heading` }, title), blocks.map(blockMarkup))
}

function blockMarkup(block: Block): Child {
  switch (block.kind) {
    case 'text':
      return element('p', {}, block.text)
    case 'heading':
      return element('h3', {}, block.text)
    case 'list':
      return element('ul', {}, block.items.map((item) => element('li', {}, item)))
    case 'table':
      return tableMarkup(block.table)
    case 'figure':
      return element('figure', {}, scrollable(block.figure.title, svg(block.figure, pageInk)))
    case 'fold':
      return element('details', {}, element('summary', {}, block.title), block.blocks.map(blockMarkup))
  }
}

function tableMarkup({ caption, head, rows, computed = [] }: Table): Markup {
  const look = (column: number): string | undefined => (computed.includes(column) ? 'computed' : undefined)
  const cell = (text: string, column: number): Markup => (column === 0 ? element('th', { scope: 'row' }, text) : element('td', { class: look(column) }, text))
  const heads = head.map((text, column) => element('th', { scope: 'col', class: look(column) }, text))
  const body = rows.map((row) => element('tr', {}, row.map(cell)))
  return scrollable(caption, element('table', {}, element('caption', {}, caption), element('thead', {}, element('tr', {}, heads)), element('tbody', {}, body)))
}

/** What is wider than the window scrolls by itself, and by the keyboard too (WCAG 2.1.1). */
function scrollable(name: string, content: Markup): Markup {
  return element('div', { class: 'wide', role: 'region', tabindex: 0, 'aria-label': name }, content)
}
