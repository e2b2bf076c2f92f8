import { defineConfig } from 'vitest/config'

/** One kind after the other: browser tests share two cores with a browser, and nothing else is to be in their way. */
const project = (groupOrder: number, name: string, include: string[], options: object = {}) => ({
  test: {
    name,
    include,
    pool: 'forks' as const,
    sequence: { groupOrder },
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
    ...options,
  },
})

export default defineConfig({
  test: {
    projects: [
      // Property tests take seconds on a busy machine.
      project(0, 'unit', ['tests/unit/**/*.test.ts', 'tests/fuzz/**/*.test.ts'], { testTimeout: 60_000 }),
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
