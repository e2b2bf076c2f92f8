import MimeNode from 'nodemailer/lib/mime-node'
import { type Person, parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { MessageKey, SealedSource } from '../vault/index.ts'
import type { MessageFacts } from './accept.ts'
import { answerRecipients, answerSubject, checkAnswer } from './answer.ts'
import { ended, mimePart, subjectPart } from './body.ts'
import { Incoming, type SealedMessage } from './incoming.ts'
import { type OwnedMessage, accountOf, ownedMessage, stateOf } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { addressed } from './recipients.ts'
import { portalMessage, recordAnswer, threadOf } from './send.ts'
import { storeMessage } from './store-message.ts'

/**
 * Stores a reply that was mailed to a notification: it becomes a reply to the message that was announced, from the
 * recipient's own address, threaded to the original, and stands in their Sent folder. Its body stays as it was
 * written; of its header only what describes the body is kept, because the rest speaks of the notification.
 *
 * Throws Problem where the copy is unknown, has ended, or may not be answered, and where the reply says it is from
 * somebody else (a notification may have been forwarded: who got it so must not speak as its recipient); nothing is
 * kept then.
 */
export async function storeMailedReply(
  parts: MessageParts,
  copyId: string,
  written: SealedMessage,
  facts: MessageFacts,
): Promise<{ id: string }> {
  const { store } = parts
  const { original, person } = await answered(parts, copyId)
  if (parseAddress(facts.from.address)?.address !== person.address) {
    throw new Problem(
      'reply-from-another',
      403,
      'Reply from the address the message was sent to, or answer in the portal',
    )
  }
  const account = await accountOf(parts, written.accountId)
  const at = facts.receivedAt
  const recipients = addressed(answerRecipients(original, person, 'reply').to, [])
  const subject = answerSubject(original, 'reply')

  await using reply = new Incoming(store.bodies, original.account)
  const rfcMessageId = `<${reply.id}@${parts.host}>`
  const header = new MimeNode(false)
  header.setHeader('From', { address: person.address, name: person.name })
  header.setHeader(
    'To',
    recipients.to.map((one) => ({ ...one })),
  )
  header.setHeader('Subject', subject)
  header.setHeader('Message-ID', rfcMessageId)
  header.setHeader('Date', new Date(at))
  const { inReplyTo, references } = await threadOf(parts, original)
  if (inReplyTo !== '') header.setHeader('In-Reply-To', inReplyTo)
  if (references.length > 0) header.setHeader('References', references.join(' '))

  // Bytes that are in a file can be read only once they have a row; it is gone again with this transaction or,
  // where the process dies, useless: its key was never stored.
  const linked = written.body.data === null
  if (linked) await store.write((trx) => store.bodies.link(trx, written.body, account.id, at))
  try {
    const key = account.key.message(written.id, written.wrappedKey)
    await rewrite(key, sourceOf(parts, written), header.buildHeaders(), reply)
    const sealed = await reply.finish()
    const message = portalMessage(original.account, person, recipients, original, {
      at,
      subjectSealed: reply.seal(subjectPart, subject),
      rfcMessageId,
      hasAttachments: facts.hasAttachments,
      until: null,
    })
    await store.write(async (trx) => {
      await recordAnswer(trx, original, person, at, 'replied', sealed.id, { way: 'mail' })
      await storeMessage(parts, trx, sealed, message)
    })
    reply.keep()
    return { id: reply.id }
  } finally {
    if (linked) await store.write((trx) => store.bodies.unlink(trx, written.body.id))
  }
}

async function answered(
  parts: MessageParts,
  copyId: string,
): Promise<{ original: OwnedMessage; person: Person }> {
  const copy = await parts.store.db
    .selectFrom('copies')
    .select('person_id')
    .where('id', '=', copyId)
    .executeTakeFirst()
  const person = copy && (await parts.people.person(copy.person_id))
  if (!person) throw new Problem('message-unknown', 404, 'There is no such message.')
  const original = await ownedMessage(parts, person, copyId)
  if (stateOf(original) !== 'held') throw ended()
  checkAnswer(original, 'reply')
  return { original, person }
}

function sourceOf({ store }: MessageParts, { body }: SealedMessage): SealedSource {
  const { data } = body
  if (!data) return { size: body.size, read: (start, end) => store.bodies.read(body.id, start, end) }
  return {
    size: body.size,
    async *read(start, end) {
      yield data.subarray(start, end)
    },
  }
}

/** Header blocks are at most 256 KiB; the intake sees to that. */
const longestHeader = 1024 * 1024

/** Writes a message with another header: of its own only the fields that describe the body stay. */
async function rewrite(
  key: MessageKey,
  source: SealedSource,
  header: string,
  reply: Incoming,
): Promise<void> {
  let block: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of key.open(mimePart, source)) {
    if (!block) {
      await reply.write(chunk)
      continue
    }
    block = Buffer.concat([block, chunk])
    const end = block.indexOf('\r\n\r\n')
    if (end < 0 && block.length <= longestHeader) continue
    if (end < 0) throw new Problem('header-too-long', 400, 'The header of the reply is too long.')
    await reply.write(Buffer.from(`${header}\r\n${describing(block.subarray(0, end))}\r\n`, 'latin1'))
    await reply.write(block.subarray(end + 4))
    block = undefined
  }
  // All header and no body: nothing is quoted of it either.
  if (block) await reply.write(Buffer.from(`${header}\r\n\r\n`, 'latin1'))
}

/** The Content-* fields of a header block, each with its folded lines and CRLF. */
function describing(block: Buffer): string {
  const fields = block.toString('latin1').split(/\r\n(?![ \t])/)
  return fields
    .filter((field) => /^content-[a-z-]+\s*:/i.test(field))
    .map((field) => `${field}\r\n`)
    .join('')
}
