import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks', // the Temporal worker is a native module that threads can't share
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
})
