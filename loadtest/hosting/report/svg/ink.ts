/** What is not data: text, lines, ground. */
export interface Ink {
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly paper: string
}

/**
 * For a file of its own. It brings its own light ground, because a picture inside a page knows the colour scheme of the system but not that of the page:
 * dark text without a ground would be lost on a code-hosting site's dark theme.
 */
export const fileInk: Ink = { text: '#1b1f24', muted: '#57606a', grid: '#d8dee4', paper: '#ffffff' }

/** For a picture inside our page, whose style sheet sets these for light and dark. */
export const pageInk: Ink = { text: 'var(--text)', muted: 'var(--muted)', grid: 'var(--grid)', paper: 'var(--paper)' }
