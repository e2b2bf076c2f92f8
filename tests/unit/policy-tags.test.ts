import { describe, expect, test } from 'vitest'
import { senderTag } from '../../gateway/policy/index.ts'
import { HeaderBlock } from '../../gateway/intake/header-block.ts'
import { growth, linear } from '../fixtures/growth.ts'

describe('a subject marks a message secure', () => {
  const marked: [subject: string, rest: string][] = [
    ['[secure] Contract', 'Contract'],
    ['(secure) Contract', 'Contract'],
    ['{secure} Contract', 'Contract'],
    ['Contract [Secure]', 'Contract'],
    ['Re: [SECURE] Contract', 'Re: Contract'],
    ['[ secure ] Contract', 'Contract'],
    ['[secure]Contract', 'Contract'],
    ['[draft] (secure) Contract', '[draft] Contract'],
    ['[ [secure] Contract', '[ Contract'],
    ['［secure］ 契約', '契約'],
    ['[secure sparkles=yes] Contract', 'Contract'],
  ]
  for (const [subject, rest] of marked) {
    test(subject, () => {
      expect(senderTag(subject)?.rest).toBe(rest)
    })
  }

  const unmarked = [
    'Contract',
    'secure Contract',
    '[secure Contract',
    'secure] Contract',
    '[secure) Contract',
    '[insecure] Contract',
    '[secured] Contract',
    '[not secure] Contract',
    '[] Contract',
    '',
  ]
  for (const subject of unmarked) {
    test(`not by ${JSON.stringify(subject)}`, () => {
      expect(senderTag(subject)).toBeUndefined()
    })
  }

  test('also inside an encoded word', () => {
    for (const word of ['=?utf-8?B?W3NlY3VyZV0gVsOkdGVy?=', '=?iso-8859-1?Q?=5Bsecure=5D_V=E4ter?=']) {
      const header = new HeaderBlock(Buffer.from(`Subject: ${word}\r\n\r\n`))
      expect(senderTag(header.get('subject')[0] ?? '')?.rest).toBe('Väter')
    }
  })

  test('also cut over two encoded words and a folded line', () => {
    const header = new HeaderBlock(
      Buffer.from('Subject: =?utf-8?B?W3Nl?=\r\n =?utf-8?B?Y3VyZV0gSGk=?=\r\n\r\n'),
    )
    expect(senderTag(header.get('subject')[0] ?? '')?.rest).toBe('Hi')
  })

  test('by the words an account chose', () => {
    expect(senderTag('[geheim] Vertrag', ['Geheim', 'confidential'])?.word).toBe('Geheim')
    expect(senderTag('[secure] Vertrag', ['geheim'])).toBeUndefined()
  })
})

describe('a tag sets options', () => {
  const table: [tag: string, options: object][] = [
    ['[secure expires=7d]', { expiryDays: 7 }],
    ['[secure expires=12h]', { expiryDays: 0.5 }],
    ['[secure expires=2w]', { expiryDays: 14 }],
    ['[secure expires=0d]', {}],
    ['[secure expires=-3d]', {}],
    ['[secure expires=tomorrow]', {}],
    ['[secure expires]', {}],
    ['[secure receipt]', { receipt: true }],
    ['[secure remind=3d]', { reminderDays: 3 }],
    ['[secure remind=36h]', { reminderDays: 1.5 }],
    ['[secure remind=0d]', {}],
    ['[secure remind]', {}],
    ['[secure noremind]', { reminderDays: null }],
    ['[secure noreply]', { reply: false, replyAll: false }],
    ['[secure noprint nodownload]', { print: false, download: false }],
    ['[secure forward]', { forward: true }],
    ['[secure noforward]', { forward: false }],
    ['[secure lang=de]', { language: 'de' }],
    ['[secure lang=pt-br]', { language: 'pt-BR' }],
    ['[secure lang=!]', {}],
    [
      '[secure, expires=7d; NOREPLY receipt]',
      { expiryDays: 7, reply: false, replyAll: false, receipt: true },
    ],
    ['[secure constructor __proto__ toString]', {}],
  ]
  for (const [tag, options] of table) {
    test(tag, () => {
      expect(senderTag(`${tag} x`)?.options).toEqual(options)
    })
  }

  test('a subject of many brackets takes no longer than it is long', () => {
    const subjects: ((length: number) => string)[] = [
      (length) => '[('.repeat(length),
      (length) => '[x]'.repeat(length),
      (length) => `${'['.repeat(length)}]`,
      (length) => `[${']'.repeat(length)}`,
    ]
    for (const subject of subjects) {
      expect(growth(250_000, (length) => senderTag(subject(length)))).toBeLessThan(linear)
    }
  })
})
