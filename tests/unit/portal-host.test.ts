import { describe, expect, test } from 'vitest'
import { randomBelow } from '../../extension/pages/random-below.ts'
import { suggestPersonal } from '../../extension/pages/suggest-personal.ts'
import type { PortalClient, SessionState } from '../../shared/contract/index.ts'
import { keptName } from '../../shared/portal/read/kept-name.ts'
import { createRouter, memoryPlace } from '../../shared/portal/routes.ts'
import { createSession } from '../../shared/portal/session.ts'
import { createUnsaved } from '../../shared/portal/unsaved.ts'

const person = (id: string) =>
  ({ id, address: `${id}@example.test`, name: '', role: 'recipient', language: null }) as const
const signedIn = (id: string): SessionState => ({ state: 'signed-in', person: person(id) })

/** A session whose gateway says what the test says. */
function sessionOf(first: SessionState) {
  let now: SessionState | 'unreachable' = first
  const client: Pick<PortalClient, 'session' | 'signOut'> = {
    session: () => (now === 'unreachable' ? Promise.reject(new Error('offline')) : Promise.resolve(now)),
    signOut: () => Promise.resolve(),
  }
  // Of the client a session uses these two alone.
  const session = createSession(client as PortalClient)
  return {
    session,
    say: (state: SessionState | 'unreachable') => {
      now = state
    },
  }
}

describe('a frame that comes back into sight', () => {
  test('goes on where somebody signed in elsewhere', async () => {
    const { session, say } = sessionOf({ state: 'signed-out' })
    await session.refresh()
    say(signedIn('bob'))
    await session.notice()
    expect(session.view.value).toEqual(signedIn('bob'))
  })

  test('asks to sign in where the session was ended elsewhere, and keeps what stands in it', async () => {
    const { session, say } = sessionOf(signedIn('bob'))
    await session.refresh()
    say({ state: 'signed-out' })
    await session.notice()
    expect(session.view.value).toEqual({ state: 'ended', person: person('bob') })
    await session.notice()
    expect(session.view.value).toEqual({ state: 'ended', person: person('bob') })
    say(signedIn('bob'))
    await session.notice()
    expect(session.view.value).toEqual(signedIn('bob'))
  })

  test('changes nothing where nothing happened or nobody answers', async () => {
    const { session, say } = sessionOf(signedIn('bob'))
    await session.refresh()
    const before = session.view.value
    await session.notice()
    say('unreachable')
    await session.notice()
    expect(session.view.value).toBe(before)
  })

  test('does not undo what the person did while it was asked', async () => {
    const { session, say } = sessionOf({ state: 'signed-out' })
    await session.refresh()
    say({ state: 'signed-out' })
    const asked = session.notice()
    session.set(signedIn('bob'))
    await asked
    expect(session.view.value).toEqual(signedIn('bob'))
  })
})

describe('links inside the extension', () => {
  test('opened in another tab they lead to the gateway, not into the extension', () => {
    const router = createRouter(memoryPlace('/portal/inbox', 'https://mail.example'))
    expect(router.href({ name: 'folder', folder: 'sent' })).toBe('https://mail.example/portal/sent')
    router.navigate({ name: 'folder', folder: 'sent' })
    expect(router.route.value).toEqual({ name: 'folder', folder: 'sent' })
  })

  test('on the web they are paths, as before', () => {
    const router = createRouter(memoryPlace('/portal/inbox'))
    expect(router.href({ name: 'folder', folder: 'sent' })).toBe('/portal/sent')
  })
})

describe('names of files made of a message', () => {
  test.each([
    ['Contract 2026', 'Contract 2026.eml'],
    ['../../etc/passwd', 'etc passwd.eml'],
    ['report\u202Efdp.exe', 'reportfdp exe.eml'],
    ['line\r\nbreak\u0000', 'linebreak.eml'],
    ['  ', 'Message.eml'],
    ['...', 'Message.eml'],
    ['x'.repeat(2000), `${'x'.repeat(80)}.eml`],
  ])('%j is kept as %j', (subject, name) => {
    expect(keptName(subject, 'Message', 'eml')).toBe(name)
  })
})

test('closing waits for every draft, and hears of one that could not be saved', async () => {
  const unsaved = createUnsaved()
  const saved: string[] = []
  unsaved.add(async () => void saved.push('one'))
  const forget = unsaved.add(() => Promise.reject(new Error('offline')))
  await expect(unsaved.save()).rejects.toThrow('offline')
  forget()
  await unsaved.save()
  expect(saved).toEqual(['one', 'one'])
})

describe('a suggested picture and phrase', () => {
  const words = 'harbour lantern birch copper meadow'

  test('has three different words', () => {
    const { phrase } = suggestPersonal(words, () => 0)
    expect(phrase).toBe('harbour lantern birch')
  })

  test('differs from one person to the next', () => {
    const random = randomBelow(crypto)
    const many = 'a b c d e f g h i j k l m n o p q r s t u v w x y z'
    const suggested = new Set(
      Array.from({ length: 200 }, () => JSON.stringify(suggestPersonal(many, random))),
    )
    expect(suggested.size).toBeGreaterThan(180)
  })

  test('numbers that would make some likelier than others are drawn again', () => {
    const drawn = [2 ** 32 - 1, 7]
    const below = randomBelow({
      getRandomValues: <T extends ArrayBufferView | null>(into: T) => {
        if (into instanceof Uint32Array) into[0] = drawn.shift() ?? 0
        return into
      },
    })
    expect(below(3)).toBe(1)
  })
})
