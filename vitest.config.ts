import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], options: object = {}) => ({
  test: { name, include, pool: 'forks' as const, ...options },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['tests/unit/**/*.test.ts', 'tests/fuzz/**/*.test.ts']),
      project('integration', ['tests/integration/**/*.test.ts', 'tests/peers/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      // Browser tests share two cores with the browser: one file at a time.
      project('e2e', ['tests/e2e/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
})
