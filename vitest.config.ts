import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** Files that ask test/support for a database or Temporal; only for them the servers are started. */
const needsServers = (file: string) =>
  /support\/(postgres|temporal|system)\.ts'/.test(readFileSync(file, 'utf8'))
const files = globSync('test/**/*.test.ts')

/** How long `expect.poll` waits for what must come; test/support/patience.ts says the same. */
const PATIENCE_MS = 45_000

const common = {
  pool: 'forks' as const, // the Temporal worker is a native module that threads can't share
  // Safety nets: nothing is slow, but machines are, and stand still at times.
  testTimeout: 180_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: PATIENCE_MS } },
  setupFiles: ['test/support/property-seed.ts'],
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Scenarios that share a system: people call and write at the same time, but not all of them.
    maxConcurrency: 3,
    projects: [
      { test: { ...common, name: 'plain', include: files.filter((file) => !needsServers(file)) } },
      {
        test: {
          ...common,
          name: 'servers',
          include: files.filter(needsServers),
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
})
