/** Where a command writes. */
export interface Terminal {
  /** What was asked for; a whole text with its newline. */
  out(text: string): void
  /** Everything said about it. */
  err(text: string): void
  /** A line that replaces the one before; dropped where nobody is looking. */
  live(text: string): void
}

/** Text from a file or a server could move the cursor or rewrite lines; control characters are shown as escapes. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1))
}
