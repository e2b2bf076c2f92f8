/** Every notice in both languages, as a mail program receives it. */
import { describe, expect, test } from 'vitest'
import { type Notice, readReplyAddress } from '../../gateway/notices/index.ts'
import { noticeLanguages } from '../../shared/i18n/notices/index.ts'
import {
  copy,
  everyNotice,
  factsFor,
  failure,
  noticeDesk,
  origin,
  resetUrl,
  start,
  temporaryPassword,
} from '../fixtures/notice-desk.ts'
import { parsed } from '../fixtures/parsed-mail.ts'

const types = Object.keys(everyNotice('')) as Notice['type'][]
const cases = types.flatMap((type) => noticeLanguages.map((language) => ({ type, language })))
const linkForm = /https:\/\/secure\.example\.com\/m\/(postern1\.[a-z0-9]+\.[\w-]+\.[\w-]+)/

async function written(type: Notice['type'], options: Parameters<typeof noticeDesk>[0] = {}) {
  await using desk = await noticeDesk({ ...options, facts: { ...factsFor(type), ...options.facts } })
  const composed = await desk.write(everyNotice(desk.person.id)[type])
  const mail = await parsed(composed.message)
  return {
    composed,
    mail,
    text: mail.text ?? '',
    html: mail.html === false ? '' : mail.html,
    vault: desk.vault,
  }
}

/** Types of the parts that stand directly in a multipart. */
function partsOf(raw: string, multipart: string): string[] {
  const boundary = new RegExp(`^Content-Type: ${multipart};[^]*?boundary="([^"]+)"`, 'm').exec(raw)?.[1] ?? ''
  return raw
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => /^Content-Type: ([\w/-]+)/m.exec(part)?.[1] ?? '')
}

describe.each(cases)('$type in $language', ({ type, language }) => {
  test('reads the same as text and as HTML, and names the portal by its host', async () => {
    const { text, html, mail } = await written(type, { language })
    expect(text).toContain('secure.example.com')
    expect(html).toContain('secure.example.com')
    expect(html).toContain(`<html lang="${language}" dir="ltr">`)
    expect(text.length).toBeGreaterThan(200)
    expect(mail.subject).not.toBe('')
    for (const line of text.split('\n'))
      expect(line.length <= 72 || !line.trim().includes(' '), line).toBe(true)
    // Every sentence of one part is in the other.
    const plainHtml = html
      .replace(/<style>[^]*<\/style>/, '')
      .replace(/<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replace(/\s+/g, ' ')
    for (const block of text
      .split('\n\n')
      .filter(
        (one) =>
          !one.includes('  ') &&
          !one.includes('http') &&
          !/^-- |postern1|^Reporting-MTA|^Final-Recipient/m.test(one),
      ))
      for (const sentence of block
        .replace(/\s+/g, ' ')
        .trim()
        .split(/(?<=\.) /))
        expect(plainHtml).toContain(sentence)
  })

  test('is an automatic mail that nothing answers, from the account’s own domain', async () => {
    const { composed, mail } = await written(type, { language })
    const answers = type === 'read-receipt' || type.startsWith('delivery-')
    expect(mail.headers.get('auto-submitted')).toBe(answers ? 'auto-replied' : 'auto-generated')
    expect(mail.headers.get('x-auto-response-suppress')).toBe('All')
    expect(mail.headers.has('list-unsubscribe')).toBe(false)
    expect(mail.from?.value).toHaveLength(1)
    expect(mail.from?.value[0]?.address).toBe('postern@example.test')
    expect(composed.fromAddress).toBe('postern@example.test')
    expect(composed.envelopeFrom).toBe(answers ? '' : 'postern@example.test')
    expect(mail.to?.value[0]?.address).toBe(composed.recipient)
    expect(mail.messageId).toBe(composed.messageId)
    expect(composed.messageId).toMatch(/@secure\.example\.com>$/)
    expect(mail.date?.getTime()).toBe(start)
  })

  test('is small, loads nothing, and is a correct mail', async () => {
    const { composed, html } = await written(type, { language })
    expect(composed.message.length).toBeLessThan(30 * 1024)
    expect(html).not.toMatch(/<(?:img|script|link|iframe|object|form|svg|base)\b|url\(|@import|src=/i)
    const hosts = Array.from(html.matchAll(/https?:\/\/([^/"'<\s]+)/g), ([, host]) => host)
    expect(new Set(hosts.length === 0 ? ['secure.example.com'] : hosts)).toEqual(
      new Set(['secure.example.com']),
    )
    const raw = composed.message.toString('latin1')
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
    expect(raw).toMatch(/^[\t\r\n -~]*$/)
  })

  test('never says the subject where the account does not allow it', async () => {
    const { composed } = await written(type, { language })
    const raw = composed.message.toString()
    expect(raw).not.toContain('contract')
    expect(raw).not.toContain('draft')
    expect(Buffer.from(raw.replace(/=\r\n/g, '')).toString()).not.toContain(copy.subject)
  })

  test('is the same message when it is tried again', async () => {
    await using desk = await noticeDesk({ language, facts: factsFor(type) })
    const notice = everyNotice(desk.person.id)[type]
    const [first, again] = [await desk.write(notice), await desk.write(notice)]
    expect(again.message.equals(first.message)).toBe(true)
    const other = await desk.write(notice, '01kan3v5e0notice000000000b')
    expect(other.messageId).not.toBe(first.messageId)
    expect(other.message.toString().replaceAll(other.messageId, first.messageId)).toBe(
      first.message.toString(),
    )
  })
})

describe('the notification', () => {
  test('says who, when and until when, in the reader’s language and with the time zone', async () => {
    const english = await written('notification', { timeZone: 'Europe/Berlin' })
    expect(english.text).toContain('Alice Example <alice@example.test>')
    expect(english.text).toContain('21 December 2026 at 18:56 CET')
    expect(english.mail.subject).toBe('Secure message from Alice Example')
    const german = await written('notification', { language: 'de', timeZone: 'Europe/Berlin' })
    expect(german.text).toContain('21. Dezember 2026 um 18:56 MEZ')
    expect(german.html).toContain('21. Dezember 2026 um 18:56 MEZ')
    expect(german.mail.subject).toBe('Sichere Nachricht von Alice Example')
    const american = await written('notification', { language: 'en-US', timeZone: 'America/New_York' })
    expect(american.text).toContain('December 21, 2026 at 12:56 PM EST')
    const unknown = await written('notification', { language: 'tlh' })
    expect(unknown.text).toContain('sent you a secure message')
    const endless = await written('notification', { facts: { expiresAt: null } })
    expect(endless.text).toContain('Does not expire')
  })

  test('carries its link as a button, as a bare link and as a token alone, all the same and genuine', async () => {
    await using desk = await noticeDesk()
    const mail = await parsed((await desk.write(everyNotice('').notification)).message)
    const html = mail.html === false ? '' : mail.html
    const [, token = ''] = linkForm.exec(mail.text ?? '') ?? []
    expect((await desk.links.check(token)).state).toBe('genuine')
    expect(html.split(`href="${origin}/m/${token}"`)).toHaveLength(3)
    expect(html).toContain(`>${origin}/m/${token}</a>`)
    expect(html).toContain(`>${token}</p>`)
    expect((mail.text ?? '').split('\n')).toContain(token)
    expect((mail.text ?? '').split('\n')).toContain(`${origin}/m/${token}`)
  })

  test('is answered to an address that finds the message again', async () => {
    const { mail, vault } = await written('notification')
    expect(readReplyAddress(vault, mail.replyTo?.value[0]?.address ?? '')).toBe(copy.copyId)
    const without = await written('notification', { facts: { permissions: { reply: false } } })
    expect(without.text).not.toContain('Answer in the portal')
    expect(mail.text).toContain('Answer in the portal')
  })

  test('says the subject only where the account allows it', async () => {
    const { mail, text, html } = await written('notification', { settings: { subjectInNotice: true } })
    expect(mail.subject).toBe('Secure message from Alice Example: Your contract, second draft')
    expect(text).toContain('Subject:  Your contract, second draft')
    expect(html).toContain('Your contract, second draft')
  })

  test('is sent from the address the account chose', async () => {
    const { composed, mail } = await written('notification', {
      settings: { noticeAddress: 'secure@mail.example.test' },
    })
    expect(mail.from?.value[0]).toMatchObject({
      address: 'secure@mail.example.test',
      name: 'Alice Example via Example Corp',
    })
    expect(composed.envelopeFrom).toBe('secure@mail.example.test')
    expect(mail.replyTo?.value[0]?.address).toMatch(/^r\+[0-9a-f]{32}\.[0-9a-f]{28}@mail\.example\.test$/)
  })

  test.each([
    ['recalled', { state: 'recalled' as const }],
    ['expired', { state: 'expired' as const }],
    ['expired this moment', { expiresAt: start + 1000 }],
  ])('is not sent for a message that is %s', async (_, facts) => {
    await using desk = await noticeDesk({ facts })
    const dispatch = { id: 'd', account_id: desk.account.id, created_at: start }
    expect(await desk.notices.compose(everyNotice('').notification, dispatch)).toBe('gone')
    expect(await desk.notices.compose({ type: 'notification', copyId: 'x' }, dispatch)).toBe('gone')
  })
})

describe('sign-in details', () => {
  test('bring address and temporary password, and no link to any message', async () => {
    const { composed, text, html } = await written('sign-in-details')
    expect(text).toContain('bob@else.test')
    expect(text.split('\n')).toContain(`  Temporary password:  ${temporaryPassword}`)
    expect(html).toContain(`>${temporaryPassword}</span>`)
    expect(text).toContain('28 November 2026 at 17:56 UTC')
    expect(html).toContain(`href="${origin}/portal"`)
    expect(composed.message.toString()).not.toContain('postern1')
    expect(composed.message.toString()).not.toContain('/m/')
  })

  test('and the notification brings no password', async () => {
    const { composed } = await written('notification')
    expect(composed.message.toString()).not.toContain(temporaryPassword)
  })

  test('are not sent once the password was used, nor to a disabled or unknown person', async () => {
    await using desk = await noticeDesk()
    const dispatch = { id: 'd', account_id: desk.account.id, created_at: start }
    const details = (personId: string) =>
      desk.notices.compose({ type: 'sign-in-details', personId }, dispatch)
    expect(await details('nobody')).toBe('gone')
    expect(await details(desk.person.id)).not.toBe('gone')
    await desk.store.write((trx) => trx.updateTable('people').set({ disabled_at: 1 }).execute())
    expect(await details(desk.person.id)).toBe('gone')
  })
})

describe('a password reset', () => {
  test('brings its link and when it ends, and says that it may be ignored', async () => {
    const { text, html } = await written('password-reset')
    expect(text.split('\n')).toContain(resetUrl)
    expect(html).toContain(`href="${resetUrl}"`)
    expect(text).toContain('21 November 2026 at 18:56 UTC')
    expect(text).toContain('ignore this email')
  })

  test('is not sent once its hour is over', async () => {
    await using desk = await noticeDesk({ now: () => start + 60 * 60 * 1000 })
    const dispatch = { id: 'd', account_id: desk.account.id, created_at: start }
    expect(await desk.notices.compose(everyNotice(desk.person.id)['password-reset'], dispatch)).toBe('gone')
  })
})

describe('to the sender', () => {
  test('a read receipt says who and when, in the sender’s language, in the thread of the message', async () => {
    await using desk = await noticeDesk({ language: 'en' })
    const { person } = await desk.store.write((trx) =>
      desk.people.ensure(trx, { address: copy.senderAddress }, start),
    )
    await desk.people.setLanguage(person.id, 'de')
    const mail = await parsed((await desk.write(everyNotice('')['read-receipt'])).message)
    expect(mail.subject).toBe('Gelesen: Ihre sichere Nachricht an Bob Else')
    expect(mail.text).toContain('Bob Else <bob@else.test>')
    expect(mail.text).toContain('22. November 2026 um 17:56 UTC')
    expect(mail.inReplyTo).toBe(copy.rfcMessageId)
    expect(mail.to?.value[0]?.address).toBe('alice@example.test')
  })

  test('a failure report is one that mail programs know: three parts, the original’s header only', async () => {
    const { composed, mail, text } = await written('delivery-failure')
    const raw = composed.message.toString()
    expect(raw).toMatch(/^Content-Type: multipart\/report; report-type=delivery-status;/m)
    expect(text).toContain('550 5.1.1 <bob@else.test>')
    expect(partsOf(raw, 'multipart/report')).toEqual([
      'multipart/alternative',
      'message/delivery-status',
      'text/rfc822-headers',
    ])
    expect(partsOf(raw, 'multipart/alternative')).toEqual(['text/plain', 'text/html'])
    // The machine's part must not be encoded (RFC 3464 section 2.1.1), so it is there to be read.
    expect(raw).toContain('Final-Recipient: rfc822; bob@else.test\r\nAction: failed\r\nStatus: 5.1.1\r\n')
    const [headers] = mail.attachments
    expect(headers?.contentType).toBe('text/rfc822-headers')
    expect(headers?.content.toString().trim()).toBe(
      Buffer.from(failure.returned?.bytes ?? '')
        .toString()
        .trim(),
    )
  })

  test('a failure report of a held message gives back nothing of it', async () => {
    const { composed, mail } = await written('delivery-failure', { failed: { held: true } })
    const raw = composed.message.toString()
    expect(partsOf(raw, 'multipart/report')).toEqual(['multipart/alternative', 'message/delivery-status'])
    expect(raw).not.toContain('Lunch')
    expect(mail.text).toContain('stays sealed')
  })

  test('a report about the null sender is never written', async () => {
    await using desk = await noticeDesk({ failed: { sender: '' } })
    const dispatch = { id: 'd', account_id: desk.account.id, created_at: start }
    expect(await desk.notices.compose(everyNotice('')['delivery-failure'], dispatch)).toBe('gone')
  })

  test('several failures are counted, in either language', async () => {
    for (const [language, one, three] of [
      ['en', 'one recipient', '3 recipients'],
      ['de', 'einen Empfänger', '3 Empfänger'],
    ] as const) {
      await using desk = await noticeDesk({ language })
      const report = (addresses: string[]): Notice => ({
        type: 'delivery-failure',
        dispatchId: 'd',
        failures: addresses.map((address) => ({ address, reply: '550 no', status: '5.1.1' })),
      })
      expect((await desk.write(report(['a@b.test']))).subject).toContain(one)
      expect((await desk.write(report(['a@b.test', 'c@b.test', 'd@b.test']))).subject).toContain(three)
    }
  })
})
