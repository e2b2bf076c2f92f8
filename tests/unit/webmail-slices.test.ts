/** Work in slices: a page never notices that somebody looks for links. */
import { describe, expect, test } from 'vitest'
import { createSlices } from '../../extension/webmail/slices.ts'

/** A clock that only work moves, and a page that is idle when told. */
function world() {
  const end = new AbortController()
  let time = 0
  let waiting: ((left: number) => void)[] = []
  const slices = createSlices({
    now: () => time,
    wait: (callback) => void waiting.push(callback),
    signal: end.signal,
  })
  return {
    slices,
    end,
    work: (ms: number) => (time += ms),
    /** Lets the page be idle once. @returns ms that were taken, or undefined where nothing was waiting. */
    idle: (left = 50): number | undefined => {
      const before = time
      const callbacks = waiting
      waiting = []
      callbacks.forEach((callback) => callback(left))
      return callbacks.length > 0 ? time - before : undefined
    },
  }
}

describe('work in slices', () => {
  test('a long job is done in pieces of less than 4 ms', () => {
    const { slices, work, idle } = world()
    let done = 0
    slices.add(
      (function* () {
        for (; done < 100; done++) {
          work(1)
          yield
        }
      })(),
    )
    const taken: number[] = []
    for (let ms = idle(); ms !== undefined; ms = idle()) taken.push(ms)
    expect(done).toBe(100)
    expect(Math.max(...taken)).toBeLessThan(4)
  })

  test('less where the page has less to spare', () => {
    const { slices, work, idle } = world()
    slices.add(
      (function* () {
        for (;;) {
          work(0.5)
          yield
        }
      })(),
    )
    expect(idle(0.2)).toBeLessThanOrEqual(1)
  })

  test('one job after the other, and none twice', () => {
    const { slices, idle } = world()
    const order: string[] = []
    const job = function* (name: string) {
      order.push(`${name} begins`)
      yield
      order.push(`${name} ends`)
    }
    slices.add(job('one'))
    slices.add(job('two'))
    while (idle() !== undefined);
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
  })

  test('nothing while the tab is hidden, and on from there when it is shown again', () => {
    const { slices, idle } = world()
    let steps = 0
    slices.add(
      (function* () {
        steps++
        yield
      })(),
    )
    slices.pause()
    idle()
    expect([steps, idle()]).toEqual([0, undefined])
    slices.resume()
    idle()
    expect(steps).toBe(1)
  })

  test('nothing once it has ended', () => {
    const { slices, end, idle } = world()
    let steps = 0
    slices.add(
      (function* () {
        steps++
        yield
      })(),
    )
    end.abort()
    idle()
    expect(steps).toBe(0)
  })
})
