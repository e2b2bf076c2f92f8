/**
 * The whole of issue 3: a person in real Roundcube, in real browsers, reads and answers a secure message without
 * leaving the mail page; and what a stranger's or a forger's mail looks like there.
 */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fingerprint } from '../../shared/link/index.ts'
import type { TestGateway } from '../fixtures/gateway.ts'
import { openBrowserWithExtension } from '../peers/extension.ts'
import type { BrowserKind } from '../peers/extension-build.ts'
import { missing } from '../peers/require.ts'
import { type Temporary, temporaryDirectory } from '../peers/temporary.ts'
import { until } from './controls.ts'
import { type ExtensionPerson, extensionPerson } from './extension-person.ts'
import {
  type ExtensionWorld,
  alice,
  password as mailboxPassword,
  startExtensionWorld,
} from './extension-world.ts'
import { pairGateway } from './pair-gateway.ts'

const Description = z.object({ rootKey: z.string() })

const browsers: readonly { kind: BrowserKind; name: string }[] = [
  { kind: 'chrome', name: 'Chromium' },
  { kind: 'firefox', name: 'Firefox' },
]
const addressOf = ({ kind }: { kind: BrowserKind }) => `bob.${kind}@house.test`

const requestsAt = ({ logged }: TestGateway) => logged.filter((line) => line['msg'] === 'request')

const lacking =
  missing('postfix', 'dovecot', 'php', 'roundcube', 'firefox-esr') ??
  (process.getuid?.() === 0 ? undefined : 'Postfix and Dovecot are started by root only')
if (lacking !== undefined && process.env['CI']) throw new Error(lacking)

describe.skipIf(lacking !== undefined)(`a secure message in webmail${lacking ? ` (${lacking})` : ''}`, () => {
  let world: ExtensionWorld
  beforeAll(async () => {
    world = await startExtensionWorld(browsers.map(addressOf))
  })
  afterAll(() => world[Symbol.asyncDispose]())

  describe.each(browsers)('in $name', ({ kind, name }) => {
    const bob = addressOf({ kind })
    const subject = `Contract for the mill in ${name}`
    const password = 'seven quiet geese cross'
    const phrase = 'walnut on a saddle'
    const contract = `Paragraph seven: the mill stays open. ${randomBytes(8).toString('hex')}\n`
    const scan = randomBytes(2_500_000)
    let opened: Awaited<ReturnType<typeof openBrowserWithExtension>>
    let reader: ExtensionPerson
    let files: Temporary

    beforeAll(async () => {
      files = await temporaryDirectory('story')
      opened = await openBrowserWithExtension(kind)
      await world.sendSecure(world.gateway, {
        to: bob,
        subject,
        html: '<p>Please read <b>paragraph seven</b> carefully.</p>',
        attachments: [{ filename: 'contract.txt', content: contract, contentType: 'text/plain' }],
      })
      await world.arrived(bob, /^Secure message from Alice/)
      await world.arrived(bob, /sign-in details/i)
      reader = await extensionPerson(opened, {
        url: world.house.url,
        address: bob,
        password: mailboxPassword,
      })
    })
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await reader.shot('FAILED')
    })
    afterAll(async () => {
      await opened[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    })

    test('a gateway nobody has trusted yet is called not verified, and asks for nothing', async () => {
      await reader.open(/^Secure message from Alice/)
      await expect
        .poll(() => reader.badges(), { timeout: 45_000 })
        .toContainEqual(expect.stringMatching(/^Not verified/))
      await reader.shot('not-verified')
      await reader.pressBadge(/^Not verified/)
      await reader.portal.sees('This gateway is not verified')
      await reader.shot('not-verified-open')
      expect(await reader.passwordFields()).toEqual([])
      expect(await reader.portal.has(/./, 'textbox')).toBe(false)
      await reader.portal.press('Close')
    })

    test('the person looks at name, host and fingerprint, and trusts it', async () => {
      const { rootKey } = Description.parse(
        await (await fetch(`${world.gateway.httpUrl}/.well-known/postern`)).json(),
      )
      await pairGateway(opened, {
        address: world.gateway.origin,
        fingerprint: await fingerprint(rootKey),
        seen: (page) => reader.shot('fingerprint', page),
      })
    })

    test('the badge beside the link says that the link is genuine', async () => {
      await reader.page.bringToFront()
      await reader.open(/sign-in details/i)
      await reader.open(/^Secure message from Alice/)
      const { host } = new URL(world.gateway.origin)
      await expect
        .poll(() => reader.badges(), { timeout: 45_000 })
        .toContainEqual(expect.stringMatching(new RegExp(`^Genuine link · ${host}`)))
      await reader.shot('genuine')
    })

    test('a click opens the portal in the page, with the address filled in', async () => {
      await reader.pressBadge(/^Genuine link/)
      await reader.portal.sees('A secure message from Example is waiting')
      expect(await reader.portal.valueOf('Email Address')).toBe(bob)
      expect(await reader.passwordFields()).toEqual([])
      await reader.shot('address')
    })

    test('before the first password a picture and a phrase are chosen', async () => {
      await reader.portal.press('Next')
      await reader.portal.sees('First, a sign that this is real')
      expect(await reader.passwordFields()).toEqual([])
      await reader.shot('picture-and-phrase')
      await reader.portal.press('Lighthouse', 'radio')
      await reader.portal.fill('Your phrase', phrase)
      await reader.portal.press('Continue')
      await reader.portal.sees(phrase)
    })

    test('the temporary password is changed inside the mail page, below the picture and phrase', async () => {
      const details = await world.arrived(bob, /sign-in details/i)
      const temporary = /\b[a-z0-9]{5}(-[a-z0-9]{5}){3}\b/.exec(details.text ?? '')?.[0] ?? ''
      await reader.portal.fill('Password', temporary)
      await reader.shot('password')
      await reader.portal.press('Log In')
      await reader.portal.sees('Choose your password')
      await reader.portal.sees(phrase)
      expect(await reader.portal.valueOf('Password')).toBe(temporary)
      await reader.portal.fill('New Password', password)
      await reader.portal.fill('Confirm Password', password)
      await reader.portal.sees('5 of 5 requirements met')
      await reader.shot('new-password')
      await reader.portal.press('Confirm')
    })

    test('the message is read where the notification is', async () => {
      await reader.portal.sees(subject)
      await reader.reads('paragraph seven')
      await reader.shot('message')
    })

    test('its attachment is looked at, and downloaded whole', async () => {
      await reader.portal.press('View contract.txt')
      await reader.reads(contract.trim())
      await reader.shot('attachment')
      await reader.portal.press('Close')
      await reader.portal.press('Download contract.txt')
      const file = join(opened.downloads, 'contract.txt')
      await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 45_000 }).toBe(contract)
    })

    test('the answer with a file attached reaches the sender', async () => {
      const path = join(files.path, 'scan.bin')
      await writeFile(path, scan)
      await reader.portal.press('Reply')
      await reader.portal.fill('Message', 'Read and agreed. ')
      await reader.portal.attach('Attach files', path)
      await reader.portal.sees('scan.bin')
      await reader.shot('answer')
      await reader.portal.press('Send')
      await reader.portal.sees('Sent. It is delivered straight to 1 mailbox.')
      await reader.shot('sent')
      const answer = await world.arrived(alice, new RegExp(subject))
      expect(answer.from?.value[0]?.address).toBe(bob)
      expect(answer.text).toContain('Read and agreed')
      expect(answer.attachments[0]?.filename).toBe('scan.bin')
      expect(answer.attachments[0]?.content.equals(scan)).toBe(true)
    })

    test('all of it without leaving the webmail', async () => {
      expect(new URL(reader.page.url()).origin).toBe(world.house.url)
      const windows = await reader.addresses()
      expect(windows.filter((url) => url.includes('portal.html'))).toEqual([])
      expect(windows.filter((url) => url.startsWith(world.gateway.httpUrl))).toEqual([])
    })

    test('a reply begun in the webmail is recognised, and the secure one is begun instead', async () => {
      await reader.portal.press('Close')
      await reader.reply()
      const composer = reader.page.mainFrame()
      await expect
        .poll(() => reader.badges(composer), { timeout: 45_000 })
        .toContainEqual(expect.stringMatching(/^Answer securely/))
      await reader.shot('reply-offer')
      await reader.pressBadge(/^Answer securely/, composer)
      await reader.portal.fill('Message', 'Begun in the webmail')
      expect(await reader.portal.valueOf('Subject')).toBe(`Re: ${subject}`)
      await reader.shot('reply-begun')
      expect(await reader.portal.has('Send', 'button')).toBe(true)
    })

    test('one click goes on in a window of its own, with what was written', async () => {
      await reader.portal.press('Open in a window of its own')
      const window = reader.ownPage('portal.html')
      await window.sees('Begun in the webmail')
      expect(await window.valueOf('Subject')).toBe(`Re: ${subject}`)
      await reader.shot('window', await window.page())
      await until('the portal is gone from the page', async () =>
        (await reader.portal.text()) === '' ? true : undefined,
      )
      await (await window.page()).close()
      await reader.page.bringToFront()
    })

    test("a stranger's message is not verified, and shows no field for a password", async () => {
      await world.sendSecure(world.stranger, {
        from: `Sam Stranger <${alice}>`,
        to: bob,
        subject: 'Hello',
        text: 'Hello from elsewhere',
      })
      await reader.inbox()
      await reader.open(/^Secure message from Sam Stranger/)
      await expect
        .poll(() => reader.badges(), { timeout: 45_000 })
        .toContainEqual(expect.stringMatching(/^Not verified/))
      await reader.pressBadge(/^Not verified/)
      await reader.portal.sees('This gateway is not verified')
      await reader.shot('stranger')
      expect(await reader.passwordFields()).toEqual([])
      expect(await reader.portal.has(/./, 'textbox')).toBe(false)
      // Nothing was asked of it, by the badge or by the click.
      expect(requestsAt(world.stranger)).toEqual([])
      expect(requestsAt(world.gateway)).not.toEqual([])
    })

    const forged = {
      'whose signature was changed': (text: string) =>
        text.replaceAll(
          /(postern1\.[a-z0-9]+\.[\w-]+\.)(.)/g,
          (_, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'),
        ),
      'that leads elsewhere than it says': (text: string) =>
        text
          .replaceAll(
            /(postern1\.[a-z0-9]+\.[\w-]+\.)(.)/g,
            (_, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'),
          )
          .replaceAll(/href="http:\/\/localhost:\d+/g, 'href="https://secure-messages.test'),
    }
    test.each(Object.entries(forged))(
      'a forged link %s is warned of, and shows no field',
      async (what, change) => {
        const original = await world.arrived(bob, /^Secure message from Alice/)
        const forgery = `Forged: ${what}`
        await world.forge(original, { to: bob, subject: forgery, change })
        await reader.inbox()
        await reader.open(new RegExp(forgery))
        const warning = /^Warning: not a genuine link/
        await expect
          .poll(() => reader.badges(), { timeout: 45_000 })
          .toContainEqual(expect.stringMatching(warning))
        expect((await reader.badges()).filter((says) => says.startsWith('Genuine'))).toEqual([])
        await reader.shot('forged')
        await reader.pressBadge(warning)
        await reader.portal.sees('Do not sign in with this link')
        await reader.shot('forged-open')
        expect(await reader.passwordFields()).toEqual([])
        expect(await reader.portal.has(/./, 'textbox')).toBe(false)
      },
    )
  })
})
