/** What any server may say, and any message may hold, to the client that sends mail. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDotStuffing } from '../../gateway/delivery/ways/smtp/dots.ts'
import { createReplyReader } from '../../gateway/delivery/ways/smtp/reply.ts'

/** Cuts bytes where the numbers say, as a network does. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

const cuts = fc.array(fc.nat(), { maxLength: 8 })

/** Every line end as CRLF, one at the end, a dot before each dot that begins a line: said another way. */
function stuffed(text: string): string {
  const lines = text.replace(/\r\n|\r|\n/g, '\n').replace(/\n$/, '')
  const whole = text === '' ? '' : `${lines}\n`
  return `${whole.replace(/^\./gm, '..').replace(/\n/g, '\r\n')}.\r\n`
}

test('a message can not end before its end, however it is cut into pieces', () => {
  const text = fc
    .array(fc.constantFrom('.', '\r', '\n', '\r\n', '\r\n.', '\n.\n', '\r.\r', 'a', 'é'), { maxLength: 30 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, cuts, (given, where) => {
      const stuffing = createDotStuffing()
      const out = pieces(Buffer.from(given), where).map((piece) => stuffing.chunk(piece))
      const sent = Buffer.concat([...out, stuffing.end()]).toString()
      expect(sent).toBe(stuffed(given))
      expect(sent.indexOf('\r\n.\r\n')).toBe(sent === '.\r\n' ? -1 : sent.length - 5)
    }),
    { numRuns: 3000 },
  )
})

test('replies are the same, however they are cut into pieces', () => {
  const reply = fc.tuple(
    fc.integer({ min: 200, max: 599 }),
    fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { minLength: 1, maxLength: 4 }),
  )
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 5 }), cuts, (replies, where) => {
      const text = replies
        .flatMap(([code, lines]) =>
          lines.map((line, index) => `${code}${index < lines.length - 1 ? '-' : ' '}${line}\r\n`),
        )
        .join('')
      const reader = createReplyReader()
      const read = pieces(Buffer.from(text), where).flatMap((piece) => reader.read(piece))
      expect(read.map(({ code, lines }) => [code, lines])).toEqual(replies)
      expect(reader.empty).toBe(true)
    }),
  )
})

test('whatever a server says is replies or refused, and never long', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 200 }).map((text) => Buffer.from(`250 ${text}\r\n`)),
    fc.constant(Buffer.from('250-x\r\n'.repeat(20_000))),
  )
  fc.assert(
    fc.property(noise, cuts, (bytes, where) => {
      const reader = createReplyReader()
      try {
        for (const piece of pieces(bytes, where)) {
          for (const { text } of reader.read(piece)) {
            expect(text.length).toBeLessThanOrEqual(1010)
            // eslint-disable-next-line no-control-regex
            expect(text).not.toMatch(/[\u0000-\u001f\u007f]/)
          }
        }
      } catch (error) {
        expect(error).toMatchObject({ message: expect.stringMatching(/^it|^its/) as string })
      }
    }),
  )
})
