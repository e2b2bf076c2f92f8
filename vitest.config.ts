import { defineConfig } from 'vitest/config'

/** One kind after the other: browser tests share two cores with a browser, and nothing else is to be in their way. */
const project = (groupOrder: number, name: string, include: string[], options: object = {}) => ({
  test: { name, include, pool: 'forks' as const, sequence: { groupOrder }, ...options },
})

export default defineConfig({
  test: {
    projects: [
      project(0, 'unit', ['tests/unit/**/*.test.ts', 'tests/fuzz/**/*.test.ts']),
      project(1, 'integration', ['tests/integration/**/*.test.ts', 'tests/peers/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      project(2, 'e2e', ['tests/e2e/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
})
