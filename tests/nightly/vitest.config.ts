import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** `npm run nightly`: what takes too long for every change. One after the other: each wants the machine to itself. */
export default defineConfig({
  test: {
    name: 'nightly',
    root: join(import.meta.dirname, '../..'),
    include: ['tests/nightly/**/*.test.ts', 'tests/integration/kill-nine*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    env: { POSTERN_KILLS: process.env['POSTERN_KILLS'] ?? '1000' },
  },
})
