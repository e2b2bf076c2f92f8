import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { linkIn, newestMail, outboxOf, sendMail, temporaryPasswordIn } from '../fixtures/mail.ts'
import { type Person, openBrowser, person } from './person.ts'

/** The story of a first secure message, from an ordinary mail program to the answer and back again. */
describe('a first secure message', () => {
  const alice = 'alice@example.test'
  const bob = 'bob@elsewhere.test'
  const password = 'seven quiet geese cross'
  const errors: string[] = []
  let gateway: TestGateway
  let browser: Browser
  let reader: Person
  let folder: string

  beforeAll(async () => {
    gateway = await startTestGateway()
    browser = await openBrowser()
    reader = await person(browser, gateway, errors)
    folder = await mkdtemp(join(tmpdir(), 'postern-story-'))
  })
  afterAll(async () => {
    await browser.close()
    await gateway[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  test('is held, and announced by two mails that say nothing of it', async () => {
    await sendMail(gateway, {
      from: `Alice Example <${alice}>`,
      to: bob,
      subject: '[secure] Contract for the mill',
      html: '<p>Please read <b>paragraph seven</b> carefully.</p>',
      attachments: [{ filename: 'contract.pdf', content: Buffer.from('%PDF-1.4 not really') }],
    })
    const mails = await outboxOf(gateway, bob)
    expect(mails.map((mail) => mail.subject).length).toBe(2)
    for (const { raw } of mails) {
      expect(raw.toString()).not.toMatch(/mill|paragraph|contract/i)
    }
  })

  test('the link fills in the address, and the temporary password works with spaces around it', async () => {
    const notification = (await outboxOf(gateway, bob)).find((mail) => mail.text?.includes('/m/postern1'))
    if (!notification) throw new Error('no notification')
    const details = await newestMail(gateway, bob, /sign-in details/i)
    await reader.go(linkIn(notification))
    expect(await reader.valueOf('Email Address')).toBe(bob)
    await reader.press('Next')
    await reader.fill('Password', `  ${temporaryPasswordIn(details)} `)
    await reader.press('Log In')
    await reader.sees('Choose your password')
    expect((await reader.valueOf('Password')).trim()).toBe(temporaryPasswordIn(details))
  })

  test('nothing but choosing a password is possible before that is done', async () => {
    const answer = await reader.page.evaluate(async () => (await fetch('/api/messages')).status)
    expect(answer).toBe(403)
  })

  test('the requirements are ticked as one types, and the portal opens at the message', async () => {
    await reader.fill('New Password', 'password')
    await reader.sees(/0 of|1 of|2 of/)
    await reader.fill('New Password', password)
    await reader.fill('Confirm Password', password)
    await reader.press('Confirm')
    await reader.sees('Contract for the mill')
    await reader.reads('paragraph seven')
    await reader.sees('contract.pdf')
  })

  test('the answer with 20 MB attached shows its progress and arrives in the thread', async () => {
    const file = join(folder, 'scan.bin')
    const bytes = randomBytes(20 * 1024 * 1024)
    await writeFile(file, bytes)
    await reader.press('Reply')
    const editor = await reader.page.waitForSelector('[contenteditable="true"]')
    await editor?.click()
    await reader.page.keyboard.type('Read and agreed. ')
    // So slow that a person would want to know how long it takes.
    const network = await reader.page.createCDPSession()
    await network.send('Network.enable')
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 5,
      downloadThroughput: -1,
      uploadThroughput: 6 * 1024 * 1024,
    })
    const input = await reader.page.waitForSelector('input[type="file"]')
    await input?.uploadFile(file)
    const progress = await reader.page.waitForSelector('[role="progressbar"], progress')
    expect(progress).not.toBeNull()
    await reader.page.waitForFunction(
      () => document.querySelector('[role="progressbar"], progress') === null,
      {
        timeout: 60_000,
      },
    )
    await network.detach()
    await reader.press('Send')
    await reader.sees('Sent. It is delivered straight to 1 mailbox.')

    const original = await newestMail(gateway, alice, /Contract for the mill/)
    expect(original.subject).toMatch(/^Re: /)
    expect(original.from?.value[0]?.address).toBe(bob)
    expect(original.text).toContain('Read and agreed')
    expect(original.attachments[0]?.content.equals(bytes)).toBe(true)
  })

  test("the sender's answer from an ordinary mail program is held again without a tag", async () => {
    const reply = await newestMail(gateway, alice, /Contract for the mill/)
    const before = (await outboxOf(gateway, bob)).length
    await sendMail(gateway, {
      from: alice,
      to: bob,
      subject: reply.subject ?? '',
      text: 'Thank you for being quick.',
      inReplyTo: reply.messageId ?? '',
      references: [reply.references ?? []].flat().concat(reply.messageId ?? ''),
    })
    const after = await outboxOf(gateway, bob)
    expect(after.length).toBe(before + 1)
    const notification = after.at(-1)
    if (!notification) throw new Error('no notification')
    expect(notification.raw.toString()).not.toContain('being quick')
    await reader.go(linkIn(notification))
    await reader.reads('Thank you for being quick.')
  })

  test('Sent keeps what was sent', async () => {
    await reader.go('/portal/sent')
    await reader.sees('Contract for the mill')
  })

  test('the sender is told nothing that a robot caused, and the reader saw no error', () => {
    expect(errors).toEqual([])
  })
})
