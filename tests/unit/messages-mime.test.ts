import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ParsedMessage, longestText, parseMime } from '../../gateway/messages/mime.ts'
import { parsed } from '../fixtures/parsed-mail.ts'
import { decodeTransfer } from '../../gateway/messages/transfer-decoding.ts'

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const parse = (text: string, size = 1000) => parseMime(pieces(Buffer.from(text, 'latin1'), size))
const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join('')

const mixed = lines(
  'Content-Type: multipart/mixed; boundary=b',
  'References: <a@x> <b@x>',
  '',
  'preamble',
  '--b',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  '',
  'plain',
  '--a',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>Gr=FC=DFe <img src=3D"cid:logo%40x"></p>',
  '--a--',
  '--r',
  'Content-Type: image/png',
  'Content-ID: <logo@x>',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--r--',
  '--b',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Disposition: attachment; filename="notes.txt"',
  '',
  'caf\xe9',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  '',
  'inner text',
  '--b--',
)

describe('a message with everything', () => {
  test('shows each alternative in its own form, and pictures where the HTML names them', async () => {
    const { html, text, attachments, references } = await parse(mixed)
    expect(html).toBe('<p>Grüße <img src="cid:logo%40x"></p>')
    expect(text).toBe('plain')
    expect(references).toEqual(['<a@x>', '<b@x>'])
    expect(
      attachments.map(({ type, name, inline, contentId }) => ({ type, name, inline, contentId })),
    ).toEqual([
      { type: 'image/png', name: '', inline: true, contentId: 'logo@x' },
      { type: 'text/plain', name: 'notes.txt', inline: false, contentId: null },
      { type: 'message/rfc822', name: '', inline: false, contentId: null },
    ])
  })

  test('has its attachments byte for byte, a text in whatever charset it was sent', async () => {
    for (const size of [1, 3, 17, 4096]) {
      const { attachments } = await parse(mixed, size)
      const bytes = Buffer.from(mixed, 'latin1')
      const files = attachments.map((one) => decodeTransfer(one.encoding, bytes.subarray(one.start, one.end)))
      expect(files).toEqual([
        Buffer.from('89504e470d0a1a0a', 'hex'),
        Buffer.from('caf\xe9', 'latin1'),
        Buffer.from('Subject: inner\r\n\r\ninner text'),
      ])
      expect(attachments.map((one) => one.size)).toEqual(files.map((file) => file.length))
    }
  })
})

test('plain text below an HTML part is shown with it, and cannot pass for HTML', async () => {
  const { html, text } = await parse(
    lines(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>one</p>',
      '--b',
      '',
      '<b>two</b>',
      '--b--',
    ),
  )
  expect(html).toContain('<p>one</p>')
  expect(html).toContain('&lt;b&gt;two&lt;/b&gt;')
  expect(text).toBeNull()
})

test('a multipart that has no parts shows what it has', async () => {
  expect((await parse(lines('Content-Type: multipart/mixed', '', 'all there is'))).text).toBe('all there is')
  expect((await parse(lines('Content-Type: multipart/mixed; boundary=b', '', 'all there is'))).text).toBe(
    'all there is',
  )
})

test('text in UTF-8, windows-1252 or UTF-7 is read, labelled or not', async () => {
  const text = async (header: string, body: string) =>
    (await parse(lines(...(header === '' ? [] : [header]), '', body))).text?.trim()
  expect(await text('', 'caf\xc3\xa9')).toBe('café')
  expect(await text('', 'caf\xe9 \x80')).toBe('café €')
  expect(await text('Content-Type: text/plain; charset=utf-7', 'caf+AOk-')).toBe('café')
  expect(await text('Content-Type: text/plain; charset=nobody-knows', 'cafe')).toBe('cafe')
  expect(await text('Content-Type: text/plain; charset=iso-2022-jp', '\x1b$B$"\x1b(B')).toBe('あ')
})

test('a text too long to be shown is offered as an attachment', async () => {
  const { html, attachments } = await parse(
    lines('Content-Type: text/html', '', 'x'.repeat(longestText + 1)),
    64 * 1024,
  )
  expect(html).toBeNull()
  expect(attachments).toMatchObject([{ type: 'text/html', size: longestText + 3 }])
})

test('more than a thousand parts, one in the other or side by side, are refused', async () => {
  const nested = Array.from({ length: 1100 }, (_, n) =>
    lines(`Content-Type: multipart/mixed; boundary=b${n}`, '', `--b${n}`),
  )
  await expect(parse(nested.join(''))).rejects.toThrow('child nodes')
  const flat = lines('Content-Type: multipart/mixed; boundary=b', '') + lines('--b', '', 'x').repeat(1100)
  await expect(parse(flat)).rejects.toThrow('child nodes')
})

describe('the corpora', () => {
  const corpora = join(import.meta.dirname, '../../../shared/corpora/mail')
  const files = existsSync(corpora)
    ? readdirSync(corpora, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'))
    : []
  test.skipIf(files.length > 0)('are not on this machine: nothing was compared', () => undefined)

  test.each(files)('%s is the same in whatever chunks it comes', async (name) => {
    const bytes = readFileSync(join(corpora, name))
    // Whether an empty part has a line end of its own is a matter of taste; of an attachment it would not be.
    const trimmed = (message: ParsedMessage) => ({ ...message, text: message.text?.trim() })
    const whole = trimmed(await parseMime(pieces(bytes, 1 << 30)))
    for (const size of [bytes.length > 50_000 ? 97 : 1, 1000]) {
      expect(trimmed(await parseMime(pieces(bytes, size)))).toEqual(whole)
    }
  })

  test.each(files)('%s has the attachments that mailparser finds', async (name) => {
    const bytes = readFileSync(join(corpora, name))
    const message: ParsedMessage = await parseMime(pieces(bytes, 1000))
    const ours = message.attachments.map((one) =>
      decodeTransfer(one.encoding, bytes.subarray(one.start, one.end)),
    )
    expect(message.attachments.map((one) => one.size)).toEqual(ours.map((file) => file.length))
    // A message inside the message is one attachment here; mailparser takes the inline ones apart.
    if (message.attachments.some((one) => one.type === 'message/rfc822')) return
    const theirs = await parsed(bytes)
    for (const { content } of theirs.attachments) expect(ours).toContainEqual(content)
  })
})
