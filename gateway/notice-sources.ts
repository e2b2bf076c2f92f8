import type { Inside } from './inside.ts'
import type { FailureFacts, NoticeSources } from './notices/index.ts'

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
    failure: (dispatchId) => failureFacts(inside, dispatchId),
  }
}

/** The message that a failed dispatch carried, or told of. */
async function failureFacts(
  { store, messages }: Inside,
  dispatchId: string,
): Promise<FailureFacts | undefined> {
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
      'messages.id',
      'messages.envelope_from',
      'messages.rfc_message_id',
      'messages.received_at',
      'messages.shredded_at',
    ])
    .where('dispatches.id', '=', dispatchId)
    .executeTakeFirst()
  if (!row) return undefined
  const held = row.kind === 'notice'
  return {
    sender: row.envelope_from,
    messageId: row.id,
    rfcMessageId: row.rfc_message_id,
    receivedAt: row.received_at,
    held,
    // A held message never leaves in clear, not its header either.
    ...(!held && row.shredded_at === null && { headers: await headerBlock(messages.read(row.id)) }),
  }
}

/** Header blocks are at most 256 KiB (the intake sees to that). */
const mostHeader = 256 * 1024

async function headerBlock(message: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let block = Buffer.alloc(0)
  for await (const chunk of message) {
    block = Buffer.concat([block, chunk])
    const end = block.indexOf('\r\n\r\n')
    if (end >= 0) return block.subarray(0, end + 2)
    if (block.length >= mostHeader) break
  }
  return block
}
