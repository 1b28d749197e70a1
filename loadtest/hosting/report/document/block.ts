import type { Figure } from '../svg/figure.ts'

/** A table of texts. A column of computed values says so in its head, and looks different from measured ones. */
export interface Table {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns whose values are computed, from 0. */
  readonly computed?: readonly number[]
}

/** What a report is made of; page and Markdown each show it in their own way. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'figure'; readonly figure: Figure }
  /** Closed until a reader opens it. `page` stands only on the page: too long for a file that a code-hosting site shows. */
  | { readonly kind: 'fold'; readonly title: string; readonly blocks: readonly Block[]; readonly only?: 'page' }

export interface Section {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Report {
  readonly title: string
  readonly sections: readonly Section[]
}

export function text(content: string): Block {
  return { kind: 'text', text: content }
}

export function list(items: readonly string[]): Block {
  return { kind: 'list', items }
}

export function heading(content: string): Block {
  return { kind: 'heading', text: content }
}

export function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[], computed: readonly number[] = []): Block {
  return { kind: 'table', table: { caption, head, rows, computed } }
}

export function figure(content: Figure): Block {
  return { kind: 'figure', figure: content }
}

export function fold(title: string, blocks: readonly Block[], only?: 'page'): Block {
  return { kind: 'fold', title, blocks, ...(only === undefined ? {} : { only }) }
}

/** Every picture, also of those that are folded away. */
export function figuresOf({ sections }: Report): Figure[] {
  return sections.flatMap(({ blocks }) => blocks.flatMap(figuresIn))
}

function figuresIn(block: Block): Figure[] {
  if (block.kind === 'figure') return [block.figure]
  return block.kind === 'fold' ? block.blocks.flatMap(figuresIn) : []
}
