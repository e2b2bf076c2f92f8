import { Envelope } from './delivery/index.ts'
import type { Inside } from './inside.ts'
import type { NoticeSources, ReportedMessage } from './notices/index.ts'

/** What notices ask of the parts above them. */
export function noticeSources(inside: Inside, origin: string): NoticeSources {
  const { messages, signin } = inside
  return {
    copy: (copyId) => messages.noticeFacts(copyId),
    temporaryPassword: (personId) => signin.temporaryPassword(personId),
    async resetLink(seed) {
      const token = await signin.resetToken(seed)
      return token && new URL(`/reset/${token}`, origin).href
    },
    reported: (dispatchId, whole) => reported(inside, dispatchId, whole),
  }
}

/** Messages longer than this are given back by their header alone, bytes. */
const mostReturned = 1024 * 1024
/** Of a header block, bytes: enough to recognise a message. */
const mostHeaders = 64 * 1024
/** Header blocks are at most 256 KiB (the intake sees to that). */
const mostHeader = 256 * 1024

/** The message that a dispatch carried, or told of. */
async function reported(
  { store, messages }: Inside,
  dispatchId: string,
  whole: boolean,
): Promise<ReportedMessage | undefined> {
  const row = await store.db
    .selectFrom('dispatches')
    .leftJoin('copies', 'copies.id', 'dispatches.copy_id')
    .innerJoin('messages', (join) =>
      join.on((on) =>
        on.or([
          on('messages.id', '=', on.ref('dispatches.message_id')),
          on('messages.id', '=', on.ref('copies.message_id')),
        ]),
      ),
    )
    .select([
      'dispatches.kind',
      'dispatches.tls',
      'dispatches.recipients_json',
      'messages.id',
      'messages.envelope_from',
      'messages.rfc_message_id',
      'messages.received_at',
      'messages.shredded_at',
      'messages.size',
      'messages.envelope_json',
    ])
    .where('dispatches.id', '=', dispatchId)
    .executeTakeFirst()
  if (!row) return undefined
  const envelope = row.envelope_json === null ? undefined : Envelope.parse(JSON.parse(row.envelope_json))
  // A held message never leaves in clear, not its header either; not even where others got it.
  const held = row.kind === 'notice' || (await isHeld(store, row.id))
  // What was to go over verified TLS does not come back by whatever way a report takes (RFC 8689 section 5).
  const full = whole && envelope?.ret === 'full' && row.size <= mostReturned && row.tls === 'may'
  return {
    sender: row.envelope_from,
    messageId: row.id,
    rfcMessageId: row.rfc_message_id,
    receivedAt: row.received_at,
    held: row.kind === 'notice',
    envid: envelope?.envid ?? undefined,
    returned:
      held || row.shredded_at !== null
        ? undefined
        : await returnedOf(messages.read(row.id), full && !lacksEightBit(row)),
  }
}

/** 8-bit mail does not come back whole by a way that has just been found to take none (RFC 6152). */
function lacksEightBit({ recipients_json }: { recipients_json: string }): boolean {
  return recipients_json.includes('"status":"5.6.3"')
}

async function isHeld({ db }: Inside['store'], messageId: string): Promise<boolean> {
  const copy = await db
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return copy !== undefined
}

/** @param full the whole message, where its header is such as every mail server takes (RFC 6533 section 4 has no other). */
async function returnedOf(
  message: AsyncIterable<Uint8Array>,
  full: boolean,
): Promise<ReportedMessage['returned']> {
  const chunks: Uint8Array[] = []
  let header: Buffer | undefined
  for await (const chunk of message) {
    chunks.push(chunk)
    if (header === undefined) {
      const block = Buffer.concat(chunks)
      const end = block.indexOf('\r\n\r\n')
      if (end >= 0 || block.length >= mostHeader) header = end >= 0 ? block.subarray(0, end + 2) : block
    }
    if (header !== undefined && (!full || header.some((byte) => byte > 0x7f))) {
      return { part: 'headers', bytes: header.subarray(0, mostHeaders) }
    }
  }
  const bytes = Buffer.concat(chunks)
  return full ? { part: 'message', bytes } : { part: 'headers', bytes: bytes.subarray(0, mostHeaders) }
}
