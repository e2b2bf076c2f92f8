import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { keepHouse } from '../../gateway/housekeeping.ts'

const quiet = pino({ level: 'silent' })

test('a chore that fails is logged and done again at its next time', async () => {
  const logged: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
  let rounds = 0
  const run = async () => {
    if (++rounds === 1) throw new Error('the disk was full')
  }
  const house = keepHouse([{ name: 'sweep', every: 5, run }], log)
  await vi.waitFor(() => expect(rounds).toBeGreaterThan(2), 20_000)
  await house[Symbol.asyncDispose]()
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('the disk was full')
})

test('two chores never run at the same time', async () => {
  let running = 0
  let most = 0
  const run = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running--
  }
  const chores = ['a', 'b', 'c'].map((name) => ({ name, every: 1, run }))
  const house = keepHouse(chores, quiet)
  await new Promise((resolve) => setTimeout(resolve, 60))
  await house[Symbol.asyncDispose]()
  expect(most).toBe(1)
})

test('stopping waits for the round that runs, and no other begins', async () => {
  let begun = 0
  let ended = 0
  const run = async () => {
    begun++
    await new Promise((resolve) => setTimeout(resolve, 30))
    ended++
  }
  const house = keepHouse([{ name: 'slow', every: 1, run }], quiet)
  await vi.waitFor(() => expect(begun).toBeGreaterThan(0), 20_000)
  await house[Symbol.asyncDispose]()
  expect(ended).toBe(begun)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun).toBe(ended)
})
