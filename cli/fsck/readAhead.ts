/** The results in the order of `items`, with up to `depth` reads under way: one round trip each would cost more than the work. */
export async function* readAhead<Item, Result>(items: Iterable<Item>, depth: number, read: (item: Item) => Promise<Result>): AsyncGenerator<{ item: Item; result: Result }> {
  const underWay: { item: Item; result: Promise<Result> }[] = []
  for (const item of items) {
    const result = read(item)
    result.catch(() => {}) // seen where it is awaited, unless an earlier one has ended the reading
    underWay.push({ item, result })
    if (underWay.length < depth) continue
    const next = underWay.shift()
    if (next) yield { item: next.item, result: await next.result }
  }
  for (const { item, result } of underWay) yield { item, result: await result }
}
