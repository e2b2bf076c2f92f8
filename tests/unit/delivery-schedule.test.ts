import { expect, test } from 'vitest'
import { isLate, nextTry, scheduleOf, usualSchedule } from '../../gateway/delivery/queue/schedule.ts'

const minutes = (count: number) => count * 60_000

/** Without the moment at which the sender would be told that it is late. */
const schedule = scheduleOf({ queueDays: 5, delayHours: 0 })

const waitAfter = (attempts: number, random: number) => {
  const at = nextTry(schedule, { attempts, queuedAt: 0, now: minutes(1) }, random)
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
  const late = { attempts: 20, queuedAt }
  expect(nextTry(usualSchedule, { ...late, now: end - minutes(10) }, 0.5)).toBe(end)
  expect(nextTry(usualSchedule, { ...late, now: end }, 0.5)).toBeUndefined()
})

test('an attempt is made when the sender would be told of a delay, and no other right beside it', () => {
  const queuedAt = 1000
  const late = queuedAt + minutes(4 * 60)
  const after = (now: number) => nextTry(usualSchedule, { attempts: 6, queuedAt, now }, 0.5)
  expect(after(late - minutes(60))).toBe(late)
  expect(isLate(usualSchedule, { attempts: 6, queuedAt, now: late - minutes(60) })).toBe(false)
  expect(isLate(usualSchedule, { attempts: 6, queuedAt, now: late })).toBe(true)
  // A minute before it: told then, and the next attempt is two hours later.
  const now = late - minutes(1)
  expect(isLate(usualSchedule, { attempts: 6, queuedAt, now })).toBe(true)
  expect(after(now)).toBe(now + minutes(120))
})

test('what was tried a few times alone is not given up, however old it is: the clock may be wrong', () => {
  const now = minutes(60 * 24 * 30)
  expect(nextTry(usualSchedule, { attempts: 3, queuedAt: 0, now }, 0.5)).toBe(now + minutes(20))
  expect(nextTry(usualSchedule, { attempts: 7, queuedAt: 0, now }, 0.5)).toBeUndefined()
})

test('a person can give it another end', () => {
  const giveUpAt = minutes(60 * 24 * 9)
  const at = { attempts: 20, queuedAt: 0, giveUpAt }
  expect(nextTry(usualSchedule, { ...at, now: minutes(60 * 24 * 6) }, 0.5)).toBeGreaterThan(0)
  expect(nextTry(usualSchedule, { ...at, now: giveUpAt }, 0.5)).toBeUndefined()
})
