import type { Page } from './resources.ts'

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

export function pageQueryOf(cursor: string | undefined, { limit }: PageOptions): string {
  const query = new URLSearchParams()
  if (limit !== undefined) query.set('limit', String(limit))
  if (cursor !== undefined) query.set('cursor', cursor)
  return query.size === 0 ? '' : `?${query.toString()}`
}
