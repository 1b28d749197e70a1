import { z } from 'zod'

/** One page of a list. `next` is the cursor of the following page, null on the last one. */
export interface Page<Item> {
  readonly items: Item[]
  readonly next: string | null
}

export interface PageQuery {
  readonly limit: number
  /** Id of the last item of the page before; undefined on the first page. */
  readonly after: string | undefined
}

export const pageLimit = { fallback: 100, most: 1000 } as const

const cursor = z.string().max(400).regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor that this list gave')

/** Members of a list's query: `z.object({ ...pageFields, state: … })` where a list also filters. */
export const pageFields = {
  limit: z.string().regex(/^\d{1,4}$/, 'must be a whole number').transform(Number).pipe(z.number().min(1).max(pageLimit.most)).default(pageLimit.fallback),
  /** The id that the cursor stands for. */
  cursor: cursor.transform((text) => Buffer.from(text, 'base64url').toString()).optional(),
}

/** For `@Query({ schema: pageQuery })`. */
export const pageQuery = z.object(pageFields).transform(({ limit, cursor: after }): PageQuery => ({ limit, after }))

/** The form of a page, for OpenAPI and for answers. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** Fetch `query.limit + 1` rows with an id above `query.after`, in the order of ids: the row too many tells that there is a next page. */
export function toPage<Item>(rows: readonly Item[], query: PageQuery, idOf: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, query.limit)
  const last = items.at(-1)
  const next = rows.length > query.limit && last !== undefined ? Buffer.from(idOf(last)).toString('base64url') : null
  return { items, next }
}
