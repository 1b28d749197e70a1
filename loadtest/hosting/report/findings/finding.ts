/** What the numbers of a run say about one question. */
export interface Finding {
  readonly question: string
  readonly sentences: readonly string[]
}

/** Where the numbers say nothing. */
export const notDecided = 'not decided by this run'

export function findingOf(question: string, sentences: readonly string[]): Finding {
  return { question, sentences: sentences.length === 0 ? [`This is ${notDecided}.`] : sentences }
}
