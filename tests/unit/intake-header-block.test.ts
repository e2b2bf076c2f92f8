import { describe, expect, test } from 'vitest'
import { factsOf } from '../../gateway/intake/facts.ts'
import { HeaderBlock } from '../../gateway/intake/header-block.ts'
import { HeaderCapture, headerLimit } from '../../gateway/intake/header-capture.ts'
import { plainEnvelope } from '../fixtures/envelope.ts'
import { growth, linear } from '../fixtures/growth.ts'

const block = (text: string) => new HeaderBlock(Buffer.from(text, 'latin1'))
const facts = (text: string, envelopeFrom = 'ann@example.test') =>
  factsOf(block(text), { from: envelopeFrom, ...plainEnvelope }, 5)

describe('what leaves with nobody', () => {
  test('Bcc, Resent-Bcc and control fields go, folded or oddly written; everything else stays byte for byte', () => {
    const kept =
      'Subject: a\r\nX-PosternLike: stays\r\nBccx: stays\r\n no colon: in a folded line\r\nnot a field\r\n'
    const header = block(
      'Bcc: one@x.test\r\n' +
        'Subject: a\r\n' +
        'X-Postern-Secure: yes\r\n' +
        'bCC : two@x.test,\r\n\tthree@x.test\r\n \r\n' +
        'X-PosternLike: stays\r\n' +
        'x-postern-anything-at-all:\r\n' +
        'Bccx: stays\r\n no colon: in a folded line\r\n' +
        'Resent-BCC: four@x.test\r\n' +
        'not a field\r\n' +
        'X-Postern-Last: x\r\n\r\n',
    )
    expect(header.rewritten('Received: x\r\n').toString('latin1')).toBe(`Received: x\r\n${kept}\r\n`)
  })

  test('a header of nothing else becomes an empty one', () => {
    expect(block('Bcc: x@y.test\r\n\r\n').rewritten('').toString()).toBe('\r\n')
  })

  test('a message without an empty line is all header', () => {
    expect(block('Subject: a\r\nBcc: x@y.test').rewritten('').toString()).toBe('Subject: a\r\n')
  })

  test('bytes beyond ASCII are kept as they are', () => {
    const bytes = Buffer.from('Subject: \xe4\xff \xc3\xa4\r\nBcc: \xe4\r\n\r\n', 'latin1')
    expect(new HeaderBlock(bytes).rewritten('').toString('latin1')).toBe('Subject: \xe4\xff \xc3\xa4\r\n\r\n')
  })
})

describe('what policy and the list see', () => {
  test('values are unfolded and decoded, several of a name in order', () => {
    const header = block(
      'Subject: =?utf-8?Q?J=C3=BCrgen?=\r\n =?utf-8?Q?_M?=\r\nX-A: 1\r\nx-a:2\r\nX-A : 3\r\n\r\n',
    )
    expect(header.get('subject')).toEqual(['Jürgen M'])
    expect(header.get('X-A')).toEqual(['1', '2', '3'])
    expect(header.has('x-b')).toBe(false)
  })

  test('raw UTF-8 and raw Latin-1 are both readable', () => {
    expect(block('Subject: J\xc3\xbcrgen\r\n\r\n').get('subject')).toEqual(['Jürgen'])
    expect(block('Subject: J\xfcrgen\r\n\r\n').get('subject')).toEqual(['Jürgen'])
  })

  test('an encoded word of an unknown character set loses nothing', () => {
    expect(block('Subject: =?x-none?B?////?= [secure]\r\n\r\n').get('subject')[0]).toContain('[secure]')
  })

  test('people, ids and attachments', () => {
    expect(
      facts(
        'From: "Ann Example" <Ann@EXAMPLE.test>\r\n' +
          'To: =?utf-8?Q?J=C3=BCrgen?= <j@j\xf5geva.ee>, group: a@x.test, b@x.test;\r\n' +
          'Cc: c@x.test\r\n' +
          'Subject: Hi\r\n' +
          'Message-ID: <1@x.test>\r\n' +
          'In-Reply-To: <0@x.test> (comment)\r\n' +
          'References: <a@x.test>\r\n <0@x.test>\r\n' +
          'Content-Type: multipart/mixed; boundary=x\r\n\r\n',
      ),
    ).toEqual({
      envelopeFrom: 'ann@example.test',
      from: { address: 'ann@example.test', name: 'Ann Example' },
      to: [
        { address: 'j@xn--jgeva-dua.ee', name: 'Jürgen' },
        { address: 'a@x.test', name: '' },
        { address: 'b@x.test', name: '' },
      ],
      cc: [{ address: 'c@x.test', name: '' }],
      subject: 'Hi',
      rfcMessageId: '<1@x.test>',
      inReplyTo: ['<0@x.test>'],
      references: ['<a@x.test>', '<0@x.test>'],
      hasAttachments: true,
      receivedAt: 5,
      ...plainEnvelope,
    })
  })

  test('an encoded word does not make up an address', () => {
    // =?...?= decodes to `Boss <boss@example.test>,`
    const { from } = facts('From: =?utf-8?B?Qm9zcyA8Ym9zc0BleGFtcGxlLnRlc3Q+LA==?= <eve@evil.test>\r\n\r\n')
    expect(from.address).toBe('eve@evil.test')
  })

  test('the author is the first who has an address at all', () => {
    const from = (text: string, envelopeFrom?: string) => facts(`${text}\r\n\r\n`, envelopeFrom).from.address
    expect(from('From: nobody <nobody>, Ann <ann@x.test>\r\nSender: bob@x.test')).toBe('ann@x.test')
    expect(from('From: nobody <nobody>\r\nSender: bob@x.test')).toBe('bob@x.test')
    expect(from('From: nobody <nobody>')).toBe('ann@example.test')
    expect(from('From: nobody <nobody>', '')).toBe('')
  })

  test('an empty or broken header gives empty facts and the envelope sender', () => {
    for (const text of [
      '',
      '\r\n',
      'no field at all\r\n\r\n',
      'From:\r\nTo: <<<>>\r\n\r\n',
      ' folded\r\n\r\n',
    ]) {
      const empty = facts(text)
      expect(empty.from).toEqual({ address: 'ann@example.test', name: '' })
      expect(empty.rfcMessageId).toBe('')
      expect(empty.hasAttachments).toBe(false)
    }
  })

  test('a header made to be slow takes no longer than it is long', () => {
    const hostile: readonly [number, (length: number) => string][] = [
      [28_000, (n) => `To: ${'a@b.test,'.repeat(n)}\r\n\r\n`],
      [250_000, (n) => `To: ${'('.repeat(n)}\r\n\r\n`],
      [120_000, (n) => `To: ${'"<'.repeat(n)}\r\n\r\n`],
      [15_000, (n) => `Subject: ${'=?utf-8?B?AA==?= '.repeat(n)}\r\n\r\n`],
      [125_000, (n) => `Subject: ${'=?'.repeat(n)}\r\n\r\n`],
      [40_000, (n) => `Subject: ${'=?a?B?'.repeat(n)}\r\n\r\n`],
      [250_000, (n) => `Subject: =?a?Q??=${' '.repeat(n)}\r\n\r\n`],
      [250_000, (n) => `References: ${'<'.repeat(n)}\r\n\r\n`],
      [80_000, (n) => `References: ${'<a>'.repeat(n)}\r\n\r\n`],
      [64_000, (n) => 'A:\r\n'.repeat(n)],
    ]
    for (const [length, textOf] of hostile) {
      const grown = growth(length, (part) => {
        const header = block(textOf(part))
        factsOf(header, { from: '', ...plainEnvelope }, 0)
        header.rewritten('')
      })
      expect(grown, textOf(5)).toBeLessThan(linear)
    }
  })
})

describe('gathering the header block', () => {
  const capture = (text: string, step: number) => {
    const gathering = new HeaderCapture()
    for (let at = 0; at < text.length; at += step) {
      const found = gathering.add(Buffer.from(text.slice(at, at + step)))
      if (found)
        return { header: found.header.toString(), body: found.body.toString() + text.slice(at + step) }
    }
    return { header: gathering.rest().toString(), body: undefined }
  }

  test('ends at the first empty line, wherever the chunks are cut', () => {
    for (let step = 1; step < 20; step++) {
      expect(capture('A: b\r\nC: d\r\n\r\nbody\r\n\r\n', step)).toEqual({
        header: 'A: b\r\nC: d\r\n\r\n',
        body: 'body\r\n\r\n',
      })
      expect(capture('\r\nbody', step)).toEqual({ header: '\r\n', body: 'body' })
      expect(capture('A: b\r\n', step)).toEqual({ header: 'A: b\r\n', body: undefined })
    }
  })

  test('takes 256 KiB and no more', () => {
    const filled = (size: number) => `A: ${'x'.repeat(size - 7)}\r\n\r\n`
    for (const step of [1000, headerLimit * 2]) {
      expect(capture(filled(headerLimit), step).header.length).toBe(headerLimit)
      expect(() => capture(filled(headerLimit + 1), step)).toThrow(/5\.3\.4/)
    }
    expect(() => capture('x'.repeat(headerLimit + 1), 1000)).toThrow(/5\.3\.4/)
  })
})
