/** Asking the background: it sleeps, wakes, and is gone after an update. */
import { describe, expect, test } from 'vitest'
import { type Runtime, createAsk } from '../../extension/webmail/runtime.ts'

const answer = { ok: true, value: [] }
const now = async () => undefined

function asked(answers: unknown[], id: string | undefined = 'abc') {
  const sent: unknown[] = []
  let gone = 0
  const runtime: Runtime = {
    id,
    sendMessage: async (message) => {
      sent.push(message)
      const next = answers.shift()
      if (next instanceof Error) throw next
      return next
    },
  }
  return { sent, goneTimes: () => gone, ask: createAsk(runtime, () => gone++, now) }
}

describe('asking the background', () => {
  test('one that was asleep answers the second time', async () => {
    const { ask, sent } = asked([new Error('Could not establish connection.'), answer])
    expect(await ask({ ask: 'judge', found: [] })).toEqual([])
    expect(sent.length).toBe(2)
  })

  test('one that never answers is asked twice and then left alone', async () => {
    const { ask, sent } = asked([undefined, undefined, answer])
    expect(await ask({ ask: 'judge', found: [] })).toBeUndefined()
    expect(sent.length).toBe(2)
  })

  test('a refusal is no answer, and is not asked again', async () => {
    const { ask, sent } = asked([{ ok: false, problem: { code: 'x', detail: '' } }])
    expect(await ask({ ask: 'begin' })).toBeUndefined()
    expect(sent.length).toBe(1)
  })

  test('after an update nothing is asked, and everything is taken down', async () => {
    const { ask, sent, goneTimes } = asked([answer], undefined)
    const orphan = createAsk({ id: undefined, sendMessage: async () => answer }, goneTimes, now)
    expect(await orphan({ ask: 'begin' })).toBeUndefined()
    expect(await ask({ ask: 'begin' })).toEqual([])
    expect(sent.length).toBe(1)
  })
})
