import type { FastifyInstance } from 'fastify'

/** The routes of each server, as they were declared: Fastify's router cannot be asked which other methods a path has. */
const routes = new WeakMap<object, { readonly method: string; readonly pattern: RegExp }[]>()

/** Must run before the first route is declared. */
export function collectRoutes(server: FastifyInstance): void {
  const table: { method: string; pattern: RegExp }[] = []
  routes.set(server.server, table)
  server.addHook('onRoute', ({ method, url }) => {
    const pattern = patternOf(url)
    for (const name of [method].flat()) table.push({ method: name, pattern })
  })
}

/** Methods that the path of `url` has, in alphabetical order; empty for an unknown path. */
export function allowedMethods(server: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? url
  const found = (routes.get(server.server) ?? []).filter(({ pattern }) => pattern.test(path))
  return [...new Set(found.map(({ method }) => method))].sort()
}

/** `:name` is one segment, `*` the rest; nothing else of find-my-way's syntax is used in Brume. */
function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/:[A-Za-z0-9_]+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
