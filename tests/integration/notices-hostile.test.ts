/** Names, subjects and reasons are chosen by others; a notice must be trusted whatever they chose. */
import { describe, expect, test } from 'vitest'
import type { Notice } from '../../gateway/notices/index.ts'
import { everyNotice, factsFor, noticeDesk } from '../fixtures/notice-desk.ts'
import { parsed } from '../fixtures/parsed-mail.ts'

const hostile = {
  'an address of somebody else': 'Bank <security@bank.example>',
  'a header of its own': 'Alice\r\nBcc: eve@evil.example\r\nX-Evil: yes\r\n\r\nbody of Eve',
  'an encoded word': '=?utf-8?q?Alice=0D=0ABcc:_eve@evil.example?=',
  'text that turns around': '\u202eelpmaxe.knab\u202c Alice \u2066x\u2069',
  'two thousand characters': 'Alice '.repeat(400),
  HTML: '<b>Alice</b><script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>',
  attributes: `" onmouseover="alert(1)" style='position:fixed' x="`,
  'a link': 'Sign in at https://evil.example/portal now',
  'a list of addresses': 'Alice, eve@evil.example, "x" <y@evil.example>;',
  'controls of a terminal': '\x1b]0;owned\x07\x1b[2J\0Alice',
  'comment marks': '--><!--Alice]]>',
  'marks without end': `A${'\u0301\u0336'.repeat(400)}`,
  'lone surrogates': 'A\ud800B\udfff',
  'a boundary': '\r\n----_NmP-x-Part_1\r\nContent-Type: text/html\r\n\r\n<h1>Eve',
} as const

const types = ['notification', 'read-receipt', 'recalled'] satisfies Notice['type'][]

describe.each(Object.entries(hostile))('%s as name, subject and reason', (_, text) => {
  test.each(types)('does no harm in a %s', async (type) => {
    await using desk = await noticeDesk({
      settings: { subjectInNotice: true },
      organisation: text,
      facts: {
        ...factsFor(type),
        senderName: text,
        recipientName: text,
        subject: text,
        ...(type === 'recalled' ? { recallReason: text } : {}),
      },
    })
    const composed = await desk.write(everyNotice(desk.person.id)[type])
    const mail = await parsed(composed.message)
    const html = mail.html === false ? '' : mail.html

    // One sender, one recipient, no header but ours.
    expect(mail.from?.value.map(({ address }) => address)).toEqual(['postern@example.test'])
    expect(mail.to?.value.map(({ address }) => address)).toEqual([composed.recipient])
    expect(mail.from?.value[0]?.name ?? '').not.toMatch(/[@<>]|evil|https?:/)
    const header = composed.message.toString().split('\r\n\r\n', 1)[0] ?? ''
    const names = header.split('\r\n').flatMap((line) => /^([A-Za-z-]+):/.exec(line)?.[1] ?? [])
    expect(names.toSorted()).toEqual(
      [
        'Auto-Submitted',
        'Content-Type',
        'Date',
        'From',
        'MIME-Version',
        'Message-ID',
        'Subject',
        'To',
        'X-Auto-Response-Suppress',
        ...(type === 'notification' ? ['Reply-To'] : []),
        ...(type === 'read-receipt' ? ['In-Reply-To', 'References'] : []),
      ].toSorted(),
    )
    expect(Math.max(...header.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
    expect(mail.attachments).toEqual([])

    // Nothing of theirs is HTML, a link, or a direction.
    expect(html).not.toMatch(/<(?:b|script|img)\b|<style>\*|<h1>Eve|-->/i)
    expect(html.match(/<style>/g)).toHaveLength(1)
    expect(html).not.toMatch(/<[^>]*\son\w+=/i)
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    const hosts = Array.from(
      `${html} ${mail.text ?? ''}`.matchAll(/https?:\/\/([^/"'<\s]+)/g),
      ([, host]) => host,
    )
    for (const host of hosts) expect(host).toBe('secure.example.com')
    for (const part of [mail.text ?? '', mail.subject ?? '', html])
      expect(part).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)

    // Still a notice that a person can use: the real address, the host, and small.
    const other = type === 'read-receipt' ? 'bob@else.test' : 'alice@example.test'
    expect(mail.text).toContain(other)
    expect(html).toContain(other)
    expect(mail.text).toContain('secure.example.com')
    expect(composed.message.length).toBeLessThan(30 * 1024)
    expect(composed.subject.length).toBeLessThan(400)
  })
})

test('a name that looks like an address stands beside the real one, as what it calls itself', async () => {
  await using desk = await noticeDesk({ facts: { senderName: hostile['an address of somebody else'] } })
  const mail = await parsed((await desk.write(everyNotice('').notification)).message)
  expect(mail.subject).toBe('Secure message from alice@example.test')
  expect(mail.from?.value[0]?.name).toBe('Example Corp secure messages')
  expect(mail.text?.replace(/\s+/g, ' ')).toContain(
    'alice@example.test (calls itself “Bank <security@bank.example>”)',
  )
})

test('an original’s Message-ID that is none is not repeated', async () => {
  for (const rfcMessageId of [
    '<a@b>\r\nBcc: eve@evil.example',
    'a@b',
    '<a b@c>',
    `<${'x'.repeat(400)}@b>`,
    '',
  ]) {
    await using desk = await noticeDesk({ facts: { rfcMessageId } })
    const { message } = await desk.write(everyNotice('')['read-receipt'])
    expect(message.toString()).not.toMatch(/^(?:In-Reply-To|Bcc|References):/im)
  }
})

test('a long failure of four hundred recipients is still a small report', async () => {
  await using desk = await noticeDesk()
  const failures = Array.from({ length: 400 }, (_, index) => ({
    address: `person-${index}@else.test`,
    reply: `550 5.1.1 ${'no '.repeat(200)}`,
    status: '5.1.1',
  }))
  const composed = await desk.write({ type: 'delivery-failure', dispatchId: 'd', failures })
  const mail = await parsed(composed.message)
  expect(mail.html === false ? 0 : mail.html.length).toBeLessThan(30 * 1024)
  expect(composed.message.toString().match(/^Final-Recipient/gm)).toHaveLength(400)
})

test('a reset link that leads to another host is never sent', async () => {
  await using desk = await noticeDesk()
  const { createNotices } = await import('../../gateway/notices/index.ts')
  const notices = createNotices({
    people: desk.people,
    vault: desk.vault,
    links: desk.links,
    origin: 'https://other.example.com',
    now: () => 0,
    facts: {
      copy: async () => undefined,
      temporaryPassword: async () => undefined,
      resetLink: () => 'https://evil.example/reset/x',
      reported: async () => undefined,
    },
  })
  const dispatch = { id: 'd', account_id: desk.account.id, created_at: 0 }
  await expect(notices.compose(everyNotice(desk.person.id)['password-reset'], dispatch)).rejects.toThrow(
    'elsewhere',
  )
})
