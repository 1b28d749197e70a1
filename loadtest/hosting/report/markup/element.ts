/** Text that is markup already. Only {@link element} and {@link raw} make it: every other string is escaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Child = Markup | string | number | undefined | readonly Child[]
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** HTML's elements without an end tag (HTML Living Standard, 13.1.2); all others get one, which SVG takes as well. */
const withoutEnd = new Set(['br', 'hr', 'meta', 'link', 'img', 'input', 'col'])

/** An element of HTML or SVG. An attribute that is undefined is left out. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const start = `<${name}${Object.entries(attributes).map(attributeText).join('')}>`
  return new Markup(withoutEnd.has(name) ? start : `${start}${children.map(childText).join('')}</${name}>`)
}

/** For text of ours that must not be escaped, such as a style sheet. Never give it anything from a results folder. */
export function raw(text: string): Markup {
  return new Markup(text)
}

function attributeText([name, value]: readonly [string, string | number | undefined]): string {
  return value === undefined ? '' : ` ${name}="${escapeText(String(value))}"`
}

function childText(child: Child): string {
  if (child instanceof Markup) return child.text
  if (typeof child === 'string' || typeof child === 'number') return escapeText(String(child))
  return child === undefined ? '' : child.map(childText).join('')
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Control characters are no characters of XML 1.0 (2.2) and would make an SVG unreadable: they are shown as U+FFFD. */
export function escapeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters that must go
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}
