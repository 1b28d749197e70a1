import { describe, expect, it } from 'vitest'
import { fold, list, table, text } from '../document/block.ts'
import { escapeMarkdown, markdownOf } from './markdown.ts'

describe('Markdown', () => {
  it('keeps every sign of a text as text', () => {
    expect(escapeMarkdown('a <b> & *c* _d_ `e` [f](g) \\h')).toBe('a &lt;b&gt; &amp; \\*c\\* \\_d\\_ \\`e\\` \\[f\\](g) \\\\h')
    expect(escapeMarkdown('# one\n- two')).toBe('\\# one - two')
    expect(escapeMarkdown('1. one')).toBe('\\1. one')
  })

  it('has the same structure as the page, without what stands on the page only', () => {
    const sections = [{ id: 'a', title: 'A', blocks: [text('t'), list(['i', 'j']), table('c', ['x', 'y'], [['1|2', '3']], [1]), fold('f_<g>', [text('inside')]), fold('h', [text('hidden')], 'page')] }]
    expect(markdownOf({ title: 'T', sections }, 'made')).toMatchInlineSnapshot(`
      "<!-- made -->

      # T

      ## A

      t

      - i
      - j

      **c**

      | x | y |
      | --- | --- |
      | 1\\|2 | *3* |

      <details><summary>f_&lt;g&gt;</summary>

      inside

      </details>
      "
    `)
  })
})
