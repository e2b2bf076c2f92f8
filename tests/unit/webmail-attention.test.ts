/** When the finder works, and when it leaves a page alone. */
import { describe, expect, test, vi } from 'vitest'
import { createAttention } from '../../extension/webmail/attention.ts'

const minute = 60_000

function world(hidden = false) {
  const events = new EventTarget()
  const end = new AbortController()
  let time = 0
  let link = false
  const log: string[] = []
  const page = { hidden }
  // The part of a document that is asked.
  const document = events as unknown as Document
  Object.defineProperty(document, 'hidden', { get: () => page.hidden })
  const attention = createAttention({
    document,
    signal: end.signal,
    now: () => time,
    start: () => void log.push('start'),
    stop: () => void log.push('stop'),
    promising: () => link,
  })
  return {
    log,
    end,
    attention,
    pass: (ms: number) => (time += ms),
    findable: () => (link = true),
    show: (shown: boolean) => {
      page.hidden = !shown
      events.dispatchEvent(new Event('visibilitychange'))
    },
    click: () => events.dispatchEvent(new Event('click')),
    /** Looks without finding until it is time to decide. */
    fruitless: () => {
      for (let looks = 0; looks < 300; looks++) {
        time += minute
        if (!attention.looked()) continue
        attention.decide(false)
        return
      }
    },
  }
}

describe('attention', () => {
  test('nothing is done in a tab that is opened in the background, until it is shown', () => {
    const { log, show } = world(true)
    expect(log).toEqual([])
    show(true)
    expect(log).toEqual(['start'])
  })

  test('a hidden tab is left alone, and looked at again when it is shown', () => {
    const { log, show } = world()
    show(false)
    show(true)
    expect(log).toEqual(['start', 'stop', 'start'])
  })

  test('a page with nothing of a webmail is left alone after five minutes and 256 looks, not before', () => {
    const { attention, pass, log } = world()
    for (let looks = 0; looks < 255; looks++) expect(attention.looked()).toBe(false)
    pass(4 * minute)
    expect(attention.looked()).toBe(false)
    pass(2 * minute)
    expect(attention.looked()).toBe(true)
    attention.decide(false)
    expect(log).toEqual(['start', 'stop'])
  })

  test('a webmail without a link is never left alone', () => {
    const { attention, pass, log } = world()
    for (let looks = 0; looks < 1000; looks++) {
      pass(minute)
      if (attention.looked()) attention.decide(true)
    }
    expect(log).toEqual(['start'])
  })

  test('a click that opens a mail with a link brings it back; one that opens nothing does not', () => {
    vi.useFakeTimers()
    try {
      const { log, fruitless, click, findable } = world()
      fruitless()
      click()
      vi.advanceTimersByTime(1000)
      expect(log).toEqual(['start', 'stop'])
      findable()
      click()
      click()
      vi.advanceTimersByTime(1000)
      expect(log).toEqual(['start', 'stop', 'start'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('once it has ended, nothing brings it back', () => {
    const { log, end, show } = world()
    end.abort()
    show(false)
    show(true)
    expect(log).toEqual(['start', 'stop'])
  })
})
