import type { Browser } from 'puppeteer'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { decodeToken } from '../../shared/link/index.ts'
import { linkIn, newestMail, outboxOf, sendMail, temporaryPasswordIn } from '../fixtures/mail.ts'
import { type Person, openBrowser, person } from './person.ts'

const day = 24 * 60 * 60_000
const alice = 'alice@example.test'
const bob = 'bob@elsewhere.test'
const carol = 'carol@nowhere.test'
const bobs = 'seven quiet geese cross'
const carols = 'eleven loud ducks stay'

/** What goes wrong for people, and what they are told. */
describe('when something is in the way', () => {
  const clock = testClock(Date.now())
  const errors: string[] = []
  let gateway: TestGateway
  let browser: Browser
  let reader: Person

  /** Sends a secure message and gives back its link. */
  async function secure(to: string, subject: string, text: string): Promise<string> {
    await sendMail(gateway, { from: alice, to, subject, text })
    const mails = await outboxOf(gateway, to)
    const notification = mails.findLast((mail) => mail.text?.includes('/m/postern1'))
    if (!notification) throw new Error('no notification')
    return linkIn(notification)
  }

  /** The copy that a link leads to. */
  async function copyOf(link: string) {
    const id = decodeToken(link.split('/').at(-1) ?? '')?.payload.handle ?? ''
    return gateway.store.db.selectFrom('copies').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  }

  beforeAll(async () => {
    gateway = await startTestGateway({ now: clock.now })
    browser = await openBrowser()
    for (const [address, password] of [
      [bob, bobs],
      [carol, carols],
    ] as const) {
      const link = await secure(address, '[secure] First', 'The first one.')
      const details = await newestMail(gateway, address, /sign-in details/i)
      const first = await person(browser, gateway, errors)
      await first.go(link)
      await first.firstSignIn(address, temporaryPasswordIn(details), password)
      await first.reads('The first one.')
      await first.leave()
    }
  })
  afterAll(async () => {
    await browser.close()
    await gateway[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    reader = await person(browser, gateway, errors)
    return () => reader.leave()
  })

  test('a wrong password says so without saying what was wrong, with a support code that finds it', async () => {
    await reader.go('/portal')
    await reader.signIn(bob, 'not the password')
    await reader.sees('You could not be signed in')
    const code = /Support code: (\S+)/.exec(await reader.text())?.[1] ?? ''
    expect(await gateway.signin.findAttempt(code)).toMatchObject([{ address: bob, cause: 'wrong-password' }])
  })

  test('a forgotten password: a mailed link, a new password, and all messages are still there', async () => {
    await reader.go('/portal')
    await reader.fill('Email Address', carol)
    await reader.press('Next')
    await reader.press('I have forgotten my password')
    await reader.press('Send Link')
    await reader.sees('Look into your mailbox')
    await gateway.signin.idle()
    const mail = await newestMail(gateway, carol, /Choose a new password/)
    const link = /https?:\/\/\S+\/reset\/\S+/.exec(mail.text ?? '')?.[0] ?? ''
    await reader.go(link)
    await reader.fill('New Password', 'twelve calm herons fly')
    await reader.fill('Confirm Password', 'twelve calm herons fly')
    await reader.press('Confirm')
    await reader.sees('Your password was changed')
    await reader.signIn(carol, 'twelve calm herons fly')
    await reader.sees('First')
    const alert = await newestMail(gateway, carol, /password .* was changed/)
    expect(alert.text).toContain('password')

    await reader.page.evaluate(() =>
      fetch('/api/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    )
    await reader.go(link)
    await reader.sees('This link can no longer be used')
  })

  test('someone nobody knows is told the same', async () => {
    await reader.go('/portal')
    await reader.fill('Email Address', 'nobody@nowhere.test')
    await reader.press('Next')
    await reader.press('I have forgotten my password')
    await reader.press('Send Link')
    await reader.sees('Look into your mailbox')
    await gateway.signin.idle()
    expect(await outboxOf(gateway, 'nobody@nowhere.test')).toEqual([])
  })

  test('the link of a message opens nothing for somebody else who is signed in', async () => {
    const link = await secure(bob, '[secure] For Bob alone', 'Only Bob may read this.')
    await reader.go('/portal')
    await reader.signIn(carol, 'twelve calm herons fly')
    await reader.sees('Inbox')
    await reader.go(link)
    await reader.sees('Someone else is signed in')
    expect(await reader.text()).not.toContain('For Bob alone')
    const { id: copyId } = await copyOf(link)
    const status = await reader.page.evaluate(
      async (id) =>
        (
          await fetch(`/api/messages/${id}/open`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
          })
        ).status,
      copyId,
    )
    expect(status).toBe(404)
  })

  test('a link that was changed is refused and names nothing', async () => {
    const link = await secure(bob, '[secure] Another', 'Text')
    await reader.go(link.slice(0, -8) + (link.endsWith('A') ? 'BBBBBBBB' : 'AAAAAAAA'))
    await reader.sees('This link is not genuine')
    expect(await reader.text()).not.toContain(bob)
  })

  test('a recalled message says so, with the reason, and its words are gone', async () => {
    const link = await secure(bob, '[secure] Wrong figures', 'Ninety percent of it.')
    const copy = await copyOf(link)
    await gateway.messages.recall(copy.id, 'It had the wrong figures.')
    await reader.go(link)
    await reader.signIn(bob, bobs)
    await reader.sees('The sender took this message back')
    await reader.sees('It had the wrong figures.')
    expect(await reader.text()).not.toContain('Ninety percent')
  })

  test('robots that follow the link do not count as reading, the person then does', async () => {
    const link = await secure(bob, '[secure receipt] Careful', 'Read by people only.')
    for (let i = 0; i < 50; i++) {
      const answer = await fetch(link.replace(gateway.origin, gateway.httpUrl), {
        method: i % 2 ? 'GET' : 'HEAD',
      })
      expect(answer.status).toBe(200)
    }
    await reader.go(link)
    await reader.go(link)
    const read = async () => (await copyOf(link)).first_read_at
    expect(await read()).toBeNull()
    await reader.signIn(bob, bobs)
    await reader.reads('Read by people only.')
    expect(await read()).not.toBeNull()
    const receipt = await newestMail(gateway, alice, /^Read: /)
    expect(receipt.text).toContain(bob)
    expect(receipt.raw.toString()).not.toContain('people only')
  })

  test('Login issues? collects what support needs', async () => {
    await reader.go('/portal')
    await reader.press('Login issues?')
    await reader.sees(/support code/i)
    const shown = await reader.text()
    expect(shown).toContain(`${gateway.origin}/portal`)
    expect(shown).toMatch(/Chrom/)
    await reader.press('Copy')
  })

  // Last: it moves the clock.
  test('an expired link says so, and after signing in the message is listed as expired', async () => {
    const link = await secure(bob, '[secure expires=1d] For a day', 'Gone tomorrow.')
    clock.pass(2 * day)
    await gateway.messages.expireDue()
    await reader.go(link)
    await reader.sees('This message has expired')
    await reader.go('/portal')
    await reader.signIn(bob, bobs)
    await reader.sees('Expired')
    expect(await reader.text()).not.toContain('Gone tomorrow')
  })

  test('no screen complained in the console on the way', () => {
    expect(errors).toEqual([])
  })
})
