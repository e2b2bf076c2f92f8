import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DataReader } from '../../gateway/intake/data-reader.ts'
import { factsOf } from '../../gateway/intake/facts.ts'
import { HeaderBlock } from '../../gateway/intake/header-block.ts'
import { HeaderCapture } from '../../gateway/intake/header-capture.ts'
import { SmtpError } from '../../gateway/intake/smtp-error.ts'
import { dotStuffed } from '../fixtures/smtp-client.ts'
import { plainEnvelope } from '../fixtures/envelope.ts'

/** Bytes that matter to the line discipline come often. */
const odd = fc.constantFrom('\r\n', '.', '..', '\r\n.', '\r\n.\r\n', 'a', '\t', ' ', 'x'.repeat(70), '\xff')
const broken = fc.constantFrom('\r', '\n', '\0', '\n.\r\n', '\r.\r')
const wellFormed = fc.array(odd, { maxLength: 60 }).map((parts) => `${parts.join('')}\r\n`)
const anything = fc.array(fc.oneof(odd, broken), { maxLength: 60 }).map((parts) => parts.join(''))
const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 })

/** Cuts bytes into chunks of these lengths, again and again. Each chunk has memory of its own, oddly aligned. */
function chunked(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    const room = Buffer.alloc(length + 7)
    const offset = turn % 5
    const copied = bytes.copy(room, offset, at, at + length)
    chunks.push(room.subarray(offset, offset + copied))
    at += length
  }
  return chunks
}

function readAll(wire: Buffer, lengths: readonly number[]) {
  const reader = new DataReader()
  const content: Buffer[] = []
  const chunks = chunked(wire, lengths)
  for (const [index, chunk] of chunks.entries()) {
    const { content: part, end } = reader.read(chunk)
    content.push(Buffer.from(part))
    if (end < 0) continue
    const rest = Buffer.concat([chunk.subarray(end), ...chunks.slice(index + 1)])
    return { content: Buffer.concat(content), rest, fault: reader.fault !== undefined }
  }
  return { content: Buffer.concat(content), rest: undefined, fault: reader.fault !== undefined }
}

/** The rule, written for reading and not for speed: cut at the first CRLF.CRLF, then look for what is not allowed. */
function oracle(wire: Buffer) {
  const text = wire.toString('latin1')
  const lines = `\r\n${text}`
  const at = lines.indexOf('\r\n.\r\n')
  const payload = at < 0 ? text : lines.slice(2, at + 2)
  return {
    rest: at < 0 ? undefined : lines.slice(at + 5),
    fault: /\r(?!\n)|(?<!\r)\n|\0/.test(payload),
    content: payload.replace(/(^|\r\n)\./g, '$1'),
  }
}

test('a well-formed message comes out as it went in, however it was cut', () => {
  fc.assert(
    fc.property(wellFormed, cuts, (message, lengths) => {
      const bytes = Buffer.from(message, 'latin1')
      const wire = Buffer.concat([dotStuffed(bytes), Buffer.from('.\r\nNOOP\r\n')])
      const { content, rest, fault } = readAll(wire, lengths)
      expect(fault).toBe(false)
      expect(content.toString('latin1')).toBe(message)
      expect(rest?.toString()).toBe('NOOP\r\n')
    }),
    { numRuns: 2000 },
  )
})

test('any bytes end where the rule says, and are refused where the rule says', () => {
  fc.assert(
    fc.property(anything, cuts, (text, lengths) => {
      const wire = Buffer.from(text, 'latin1')
      const expected = oracle(wire)
      const { content, rest, fault } = readAll(wire, lengths)
      expect(rest?.toString('latin1')).toBe(expected.rest)
      // Without an end, a CR at the very end is not yet a fault.
      if (expected.rest !== undefined) {
        expect(fault).toBe(expected.fault)
        if (!fault) expect(content.toString('latin1')).toBe(expected.content)
      }
    }),
    { numRuns: 4000 },
  )
})

test('any bytes are a header that can be read, rewritten and cut anywhere', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), headerLike()), cuts, (bytes, lengths) => {
      const whole = Buffer.from(bytes)
      const gathered = gather(whole, lengths)
      expect(gathered).toEqual(gather(whole, [whole.length + 1]))
      const header = new HeaderBlock(gathered.header)
      factsOf(header, { from: 'ann@example.test', ...plainEnvelope }, 0)
      const rewritten = new HeaderBlock(header.rewritten(''))
      expect(rewritten.has('bcc') || rewritten.has('resent-bcc') || rewritten.has('x-postern-secure')).toBe(
        false,
      )
      // Stripped once is stripped: nothing appears by taking something away.
      expect(rewritten.rewritten('')).toEqual(header.rewritten(''))
      for (const name of ['subject', 'from', 'to']) expect(rewritten.raw(name)).toEqual(header.raw(name))
    }),
    { numRuns: 3000 },
  )
})

function headerLike() {
  const piece = fc.constantFrom(
    'Bcc',
    'bcc ',
    'X-Postern-Secure',
    'Subject',
    'To',
    ':',
    ' ',
    '\t',
    '\r\n',
    '\r\n ',
    '\r\n\r\n',
    '<a@b.test>',
    ',',
    '"',
    '(',
    '=?utf-8?Q?=41?=',
    'x',
    '\xe4',
  )
  return fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))
}

function gather(bytes: Buffer, lengths: readonly number[]): { header: Buffer; body: Buffer | undefined } {
  const capture = new HeaderCapture()
  const chunks = chunked(bytes, lengths)
  try {
    for (const [index, chunk] of chunks.entries()) {
      const found = capture.add(chunk)
      if (!found) continue
      return {
        header: Buffer.from(found.header),
        body: Buffer.concat([found.body, ...chunks.slice(index + 1)]),
      }
    }
  } catch (error) {
    if (!(error instanceof SmtpError)) throw error
  }
  return { header: Buffer.from(capture.rest()), body: undefined }
}
