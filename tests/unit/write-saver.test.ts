import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSaver } from '../../shared/portal/write/saver.ts'

/** A gateway that answers when told to. */
function gateway() {
  const calls: { content: string; answer: () => void; refuse: () => void }[] = []
  const save = (content: string) =>
    new Promise<{ updatedAt: number }>((resolve, reject) => {
      calls.push({
        content,
        answer: () => resolve({ updatedAt: Date.now() }),
        refuse: () => reject(new Error('offline')),
      })
    })
  return { calls, save }
}

describe('saving while typing', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('waits until typing rests, then saves the newest', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('a')
    await vi.advanceTimersByTimeAsync(700)
    saver.change('ab')
    await vi.advanceTimersByTimeAsync(700)
    expect(calls).toHaveLength(0)
    expect(saver.status.value.state).toBe('unsaved')
    await vi.advanceTimersByTimeAsync(100)
    expect(calls.map(({ content }) => content)).toEqual(['ab'])
    calls[0]?.answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.status.value).toEqual({ state: 'saved', at: Date.now() })
  })

  it('saves every five seconds where somebody never rests', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    for (let at = 0; at < 52; at++) {
      saver.change(String(at))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(calls).toHaveLength(1)
  })

  it('sends one at a time, so that an older text never comes after a newer', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('old')
    await vi.advanceTimersByTimeAsync(800)
    saver.change('new')
    await vi.advanceTimersByTimeAsync(2000)
    expect(calls.map(({ content }) => content)).toEqual(['old'])
    calls[0]?.answer()
    await vi.advanceTimersByTimeAsync(800)
    expect(calls.map(({ content }) => content)).toEqual(['old', 'new'])
  })

  it('keeps the text when the gateway can’t be reached, and tries again by itself', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('precious')
    await vi.advanceTimersByTimeAsync(800)
    calls[0]?.refuse()
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.status.value.state).toBe('failed')
    await vi.advanceTimersByTimeAsync(2000)
    expect(calls.map(({ content }) => content)).toEqual(['precious', 'precious'])
    calls[1]?.answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.status.value.state).toBe('saved')
  })

  it('saves at once before sending, what is typed meanwhile included', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('a')
    const done = saver.flush()
    await vi.advanceTimersByTimeAsync(0)
    saver.change('ab')
    calls[0]?.answer()
    await vi.advanceTimersByTimeAsync(0)
    calls[1]?.answer()
    await done
    expect(calls.map(({ content }) => content)).toEqual(['a', 'ab'])
  })

  it('tells who wants to send that saving failed', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('a')
    const done = saver.flush()
    const refused = expect(done).rejects.toThrow('offline')
    await vi.advanceTimersByTimeAsync(0)
    calls[0]?.refuse()
    await refused
  })

  it('saves nothing any more once the draft is gone', async () => {
    const { calls, save } = gateway()
    const saver = createSaver(save)
    saver.change('a')
    saver.stop()
    saver.change('b')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(calls).toHaveLength(0)
  })
})
