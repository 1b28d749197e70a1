import type { DeadLetterState, Page } from './resources.ts'

/** All items of a list, page after page as they are wanted. */
export async function* itemsOf<Item>(fetchPage: (cursor: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined
  do {
    const page = await fetchPage(cursor)
    yield* page.items
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

export interface PageOptions {
  /** Items of one page, 1 to 1,000 (default 100). */
  readonly limit?: number
}

export interface DeadLetterOptions extends PageOptions {
  readonly topic?: string
  readonly state?: DeadLetterState
}

/** Every member of the options is a parameter of the list. */
export function pageQueryOf(cursor: string | undefined, options: PageOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries<unknown>({ ...options, cursor })) if (value !== undefined) query.set(name, String(value))
  return query.size === 0 ? '' : `?${query.toString()}`
}
