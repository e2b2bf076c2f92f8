/**
 * Every message of shared/corpora/mail, which no one of this project wrote, goes through the whole gateway by real
 * SMTP: once plain, once secure.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageView } from '../../shared/contract/index.ts'
import type { Person } from '../../gateway/people/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { parsed } from '../fixtures/parsed-mail.ts'
import { SmtpClient, dotStuffed } from '../fixtures/smtp-client.ts'
import { outboxOf, queueId, stored } from '../fixtures/stored.ts'

const folder = new URL('../../../shared/corpora/mail/', import.meta.url)
const there = existsSync(folder)

interface Mail {
  readonly name: string
  /** As it is sent: lines end in CRLF. */
  readonly wire: Buffer
  /** Holds what SMTP does not carry (RFC 5321 section 2.3.8). */
  readonly broken: boolean
}

function corpus(): Mail[] {
  if (!there) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), 'latin1').replaceAll(/\r?\n/g, '\r\n')
      const wire = Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1')
      return { name, wire, broken: /\r(?!\n)|\0/.test(text) }
    })
}

const mails = corpus()
const sender = 'ann@example.test'

/** Without the fields that leave with nobody; written apart from the gateway's own way of doing it. */
function stripped(message: Buffer): string {
  const text = message.toString('latin1')
  const empty = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n') + 2
  const end = empty === 1 ? text.length : empty
  const field = /^(?:bcc|resent-bcc|x-postern-[^:\s]*)[ \t]*:.*\r\n(?:[ \t].*\r\n)*/gim
  return text.slice(0, end).replaceAll(field, '') + text.slice(end)
}

/** Cuts off our own Received field and says whether it was there. */
function withoutTrace(message: Buffer): string {
  const text = message.toString('latin1')
  const trace = /^Received: from .*\r\n\tby .* id [0-9a-z]{26};\r\n\t.*\r\n/.exec(text)
  if (!trace) throw new Error(`there is no Received field of ours: ${text.slice(0, 200)}`)
  return text.slice(trace[0].length)
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

describe.skipIf(!there)('the corpus of mail (skipped where shared/corpora is absent)', () => {
  let gateway: TestGateway
  let client: SmtpClient
  beforeAll(async () => {
    gateway = await startTestGateway()
    client = await SmtpClient.ready(gateway.smtpPort)
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
  })

  const sound = mails.filter((mail) => !mail.broken)
  const broken = mails.filter((mail) => mail.broken)

  test(`has 107 messages, ${broken.length} of which hold NUL or bare CR`, () => {
    expect(mails).toHaveLength(107)
    expect(sound.length + broken.length).toBe(107)
  })

  for (const { name, wire } of broken) {
    test(`${name} is refused, nothing is stored`, async () => {
      const before = await stored(gateway)
      await using own = await SmtpClient.ready(gateway.smtpPort)
      expect(await own.send(sender, 'refused@remote.test', dotStuffed(wire))).toMatch(/^550 5\.6\.0 /)
      expect(await stored(gateway)).toEqual(before)
    })
  }

  for (const [index, { name, wire }] of sound.entries()) {
    test(`${name}, plain, leaves as it came`, async () => {
      const recipient = `plain-${index}@remote.test`
      queueId(await client.send(sender, recipient, dotStuffed(wire)))
      const left = await outboxOf(gateway, recipient)
      expect(left).toHaveLength(1)
      expect(withoutTrace(left[0] ?? Buffer.alloc(0))).toBe(stripped(wire))
    })

    test(`${name}, secure, can be opened with its attachments`, async () => {
      const recipient = `secure-${index}@remote.test`
      const marked = Buffer.concat([Buffer.from('X-Postern-Secure: yes\r\n'), wire])
      const id = queueId(await client.send(sender, recipient, dotStuffed(marked)))

      // Nothing of it left but notices.
      for (const bytes of await outboxOf(gateway, recipient)) {
        expect(bytes.toString('latin1')).toMatch(/^Auto-Submitted: auto-generated\r\n/im)
      }
      const person = await gateway.people.personByAddress(recipient)
      if (!person) throw new Error('the recipient was not made')
      const { items } = await gateway.messages.list(person, {})
      expect(items).toHaveLength(1)
      const copy = items[0]?.id ?? ''

      const view = await gateway.messages.open(person, copy)
      const original = await gateway.messages.original(person, copy)
      const bytes = await whole(original.read())
      expect(withoutTrace(bytes)).toBe(stripped(wire))
      expect(original.size).toBe(bytes.length)
      expect(bytes.toString('latin1')).toContain(`id ${id};`)
      expect(view.readable).toBe(true)
      await compareAttachments(person, copy, view, stripped(wire))
    })
  }

  async function compareAttachments(person: Person, copy: string, view: MessageView, wire: string) {
    const expected = (await parsed(Buffer.from(wire, 'latin1'))).attachments
    const got: string[] = []
    for (const { index } of view.attachments) {
      const attachment = await gateway.messages.attachment(person, copy, index)
      const bytes = await whole(attachment.read())
      expect(bytes.length).toBe(attachment.size)
      got.push(digest(bytes))
      // A forwarded message stays whole here, where mailparser may look inside it.
      if (attachment.type === 'message/rfc822') {
        got.push(...(await parsed(bytes)).attachments.map(({ content }) => digest(content)))
      }
    }
    for (const { content, contentType } of expected) {
      expect(got, `${contentType} of ${content.length} bytes`).toContain(digest(content))
    }
  }
})
