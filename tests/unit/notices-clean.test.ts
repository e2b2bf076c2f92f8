import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { browserOf } from '../../gateway/notices/agent.ts'
import { cleanLine, cleanName, shownPerson } from '../../gateway/notices/clean.ts'
import { deliveryStatus } from '../../gateway/notices/delivery-status.ts'
import { letterHtml } from '../../gateway/notices/html.ts'
import type { Letter } from '../../gateway/notices/letter.ts'
import { letterText, wrap } from '../../gateway/notices/text.ts'

describe('a name or subject that somebody else chose', () => {
  test('stands on one line, turns no direction and hides nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const clean = cleanLine(text)
        expect(clean).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).toBe(clean.trim())
        expect(Array.from(new Intl.Segmenter().segment(clean)).length).toBeLessThanOrEqual(200)
      }),
    )
  })

  test.each([
    ['Alice\r\nBcc: eve@evil.example', 'Alice Bcc: eve@evil.example'],
    ['\u202egro.knab@ytiruces\u202c', 'gro.knab@ytiruces'],
    ['Al\u200bi\u00adce\u2060', 'Alice'],
    ['a\0b\x1b[31mc\u2028d', 'a b [31mc d'],
    ['see https://evil.example/x and www.evil.example now', 'see […] and […] now'],
    ['javascript://x click', '[…] click'],
    ['=?utf-8?q?=0D=0ABcc:_eve?= x', '= ?utf-8?q?=0D=0ABcc:_eve?= x'],
    ['e\u0301', 'é'],
    ['\ud83d lone', 'lone'],
    ['محمد علي', 'محمد علي'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d👩\u200d👧 family', '👩\u200d👩\u200d👧 family'],
  ])('%j reads %j', (text, clean) => expect(cleanLine(text)).toBe(clean))

  test('is cut between characters as people count them, and says so', () => {
    expect(cleanLine('👩\u200d👩\u200d👧'.repeat(300), 3)).toBe('👩\u200d👩\u200d👧👩\u200d👩\u200d👧…')
    expect(cleanLine('x'.repeat(1_000_000)).length).toBe(200)
    // A pile of marks does not reach into the lines around it.
    expect(cleanLine(`a${'\u0336'.repeat(500)}`).length).toBeLessThan(10)
  })

  test.each([
    'Bank <security@bank.example>',
    'security@bank.example',
    'security＠bank.example',
    'www.bank.example',
    'https://bank.example',
    'bank.example',
    'bank。example',
  ])('%j is only ever shown as what it is, beside the address', (name) => {
    const person = shownPerson(name, 'alice@example.test')
    expect(person.title).toBe('alice@example.test')
    expect(person.name).toBeUndefined()
    expect(person.claimed).toBe(cleanLine(name))
    expect(cleanName(name)).toBe('')
  })

  test.each([
    'Alice Example',
    'Dr. Alice Example',
    'J. R. R. Tolkien',
    "O'Brien, Conan",
    '山田 太郎',
    'محمد علي',
  ])('%j is a name like any other', (name) => {
    expect(shownPerson(name, 'alice@example.test')).toMatchObject({ title: name, name })
    expect(cleanName(name)).toBe(name)
  })

  test('is left out where there is none, or it is the address itself', () => {
    for (const name of ['', '  ', '\u200b', 'ALICE@example.test'])
      expect(shownPerson(name, 'alice@example.test')).toEqual({
        address: 'alice@example.test',
        title: 'alice@example.test',
      })
  })
})

describe('the browser in a security alert', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox', 'Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari',
      'iOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
      'Chrome',
      'Android',
    ],
  ])('%s', (agent, browser, system) => expect(browserOf(agent)).toEqual({ browser, system }))

  test('is not known where the header is made up', () => {
    expect(browserOf('Call +1 555 0100 at once!')).toBeUndefined()
    expect(browserOf('')).toBeUndefined()
  })
})

describe('the machine part of a failure report', () => {
  const facts = { sender: 'a@b.test', messageId: 'q1', rfcMessageId: '', receivedAt: 0, held: false }
  const failed = { action: 'failed', at: 0 } as const

  test('cannot be given fields of its own by a remote server', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ maxLength: 20 }),
        (reply, status) => {
          const text = deliveryStatus('h.test', facts, failed, [{ address: 'bob@else.test', reply, status }])
          expect(text).toMatch(/^[\x20-\x7e\r\n]*$/)
          expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
          const names = text
            .split('\r\n')
            .filter((line) => line !== '' && !line.startsWith(' '))
            .map((line) => line.slice(0, line.indexOf(':')))
          expect(names).toEqual([
            'Reporting-MTA',
            'X-Postern-Queue-Id',
            'Arrival-Date',
            'Final-Recipient',
            'Action',
            'Status',
            'Diagnostic-Code',
            'Last-Attempt-Date',
          ])
        },
      ),
    )
  })

  test('writes an address outside ASCII as RFC 6533 does', () => {
    const text = deliveryStatus('h.test', facts, failed, [
      { address: 'jõgeva@else.test', reply: '550', status: '5.1.1' },
    ])
    expect(text).toContain('Final-Recipient: utf-8; j\\x{F5}geva@else.test\r\n')
  })

  test('keeps a long answer whole, on folded lines', () => {
    const reply = '550 5.7.1 ' + 'because of this and that '.repeat(20).trim()
    const text = deliveryStatus('h.test', facts, failed, [{ address: 'b@c.test', reply, status: '5.7.1' }])
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
    expect(text.replace(/\r\n /g, ' ')).toContain(`Diagnostic-Code: smtp; ${reply}\r\n`)
  })
})

const letter: Letter = {
  language: 'ar',
  direction: 'rtl',
  subject: 'رسالة آمنة',
  organisation: '\u2068Example Corp\u2069',
  kind: 'رسالة آمنة',
  title: '\u2068<Alice>\u2069 أرسل لك رسالة',
  preview: '',
  lead: ['secure.example.com'],
  facts: [{ label: 'من', value: '\u2068Alice\u2069', note: '\u2068alice@example.test\u2069' }],
  action: { label: 'اقرأ', url: 'https://secure.example.com/m/x?"><script>' },
  advice: [],
  footer: ['x'],
  host: 'secure.example.com',
}

describe('a letter in a language written from right to left', () => {
  test('runs that way, with names keeping to their own direction', () => {
    const html = letterHtml(letter)
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(html).toContain('<span dir="auto">&lt;Alice&gt;</span>')
    expect(html).toContain('align="right"')
    expect(html).toContain('href="https://secure.example.com/m/x?&quot;&gt;&lt;script&gt;"')
    expect(html).not.toMatch(/[\u2068\u2069]/)
    expect(letterText(letter)).not.toMatch(/[\u2068\u2069]/)
  })
})

describe('the text part', () => {
  test('has lines of at most 72 characters, but never breaks a word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,90}$/), { minLength: 1 }), (words) => {
        const lines = wrap(words.join(' ')).split('\n')
        expect(lines.flatMap((line) => line.split(' '))).toEqual(words)
        for (const line of lines) expect(line.length <= 72 || !line.includes(' ')).toBe(true)
      }),
    )
  })
})
