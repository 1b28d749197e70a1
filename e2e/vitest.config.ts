import { defineConfig } from 'vitest/config'
import shared from '../vitest.config.ts'

/** Black-box tests of a platform that runs already: see environment.ts. One file after another, for the platform may be a small one. */
export default defineConfig({
  resolve: shared.resolve,
  ssr: shared.ssr,
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
