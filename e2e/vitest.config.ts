import { defineConfig } from 'vitest/config'

/** The sources of the packages that the tests use, as in the root's own configuration. */
const conditions = ['brume-source', 'node', 'import', 'module', 'default']

/** Black-box tests of a platform that runs already: see environment.ts. One file after another, for the platform may be a small one. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['globalSetup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
