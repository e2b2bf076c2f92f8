import { expect, test } from 'vitest'
import { nextTry, usualSchedule } from '../../gateway/delivery/schedule.ts'

const minutes = (count: number) => count * 60_000

const waitAfter = (attempts: number, random: number) => {
  const at = nextTry(usualSchedule, { attempts, queuedAt: 0, now: minutes(1), random })
  return at === undefined ? undefined : at - minutes(1)
}

test('the waits are 5, 10, 20, 40 minutes, 1, 2, then always 4 hours', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 30].map((attempts) => waitAfter(attempts, 0.5))
  expect(waits).toEqual([5, 10, 20, 40, 60, 120, 240, 240, 240].map(minutes))
})

test('a wait varies by a fifth either way', () => {
  expect(waitAfter(1, 0)).toBe(minutes(4))
  expect(waitAfter(1, 0.9999999999)).toBe(minutes(6))
})

test('the last attempt is made when five days are over, and none after it', () => {
  const queuedAt = 1000
  const end = queuedAt + minutes(5 * 24 * 60)
  const late = { attempts: 20, queuedAt, random: 0.5 }
  expect(nextTry(usualSchedule, { ...late, now: end - minutes(10) })).toBe(end)
  expect(nextTry(usualSchedule, { ...late, now: end })).toBeUndefined()
})
