import { defineConfig } from 'vitest/config'

/** Tests read the sources (`brume-source`), never a stale `dist/`. Nest's injection needs decorator metadata, which oxc emits when asked. */
export default defineConfig({
  resolve: { conditions: ['brume-source', 'node', 'import', 'module', 'default'] },
  // These go to Node as flags, which knows its own: with `import` among them a CommonJS package such as pg would be given ES modules by `require`.
  ssr: { resolve: { conditions: ['brume-source', 'node'] } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'e2e/**'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
