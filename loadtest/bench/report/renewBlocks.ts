/**
 * Puts new text between the marks of a page that people write: `<!-- begin NAME -->` and `<!-- end NAME -->`, each on a line of its own. A page without
 * one of them is an error: the text would be lost.
 */
export function renewBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => renewBlock(text, name, block), page)
}

function renewBlock(page: string, name: string, block: string): string {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `\n<!-- end ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < 0) throw new Error(`the page has no marks "begin ${name}" and "end ${name}"`)
  return page.slice(0, from + begin.length) + block + page.slice(to)
}
