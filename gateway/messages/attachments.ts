import { Problem } from '../problem.ts'
import type { Person } from '../people/index.ts'
import { displayName } from './attachment-name.ts'
import { ended, openMime } from './body.ts'
import { type OwnedMessage, ownedMessage, stateOf } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { transferDecoder } from './transfer-decoding.ts'
import { type StoredView, permissionsOf, viewOf } from './view.ts'

/** A file to be downloaded: bytes from `start` up to, not including, `end`, opened as they are read. */
export interface Readable {
  readonly size: number
  read(start?: number, end?: number): AsyncIterable<Buffer>
}

export interface ReadableAttachment extends Readable {
  readonly name: string
  readonly type: string
}

/**
 * One attachment. Where downloading is not allowed, pictures that the HTML shows still are: they are part of what
 * may be read. Throws Problem.
 */
export async function readAttachment(
  parts: MessageParts,
  person: Person,
  id: string,
  index: number,
): Promise<ReadableAttachment> {
  const owned = await heldMessage(parts, person, id)
  const { attachments } = await viewOf(parts, owned)
  const attachment = attachments[index]
  if (!attachment) throw new Problem('attachment-unknown', 404, 'This message has no such attachment.')
  if (!attachment.inline && !permissionsOf(owned).download) throw forbidden()
  return readable(parts, owned, attachment, index)
}

/** All attachments but the pictures inside the HTML. Throws Problem. */
export async function readAttachments(
  parts: MessageParts,
  person: Person,
  id: string,
): Promise<ReadableAttachment[]> {
  const owned = await heldMessage(parts, person, id)
  if (!permissionsOf(owned).download) throw forbidden()
  const { attachments } = await viewOf(parts, owned)
  return attachments.flatMap((one, index) => (one.inline ? [] : [readable(parts, owned, one, index)]))
}

/** The whole message as it came. Also where downloading is not allowed but reading is not possible. */
export async function readOriginal(parts: MessageParts, person: Person, id: string): Promise<Readable> {
  const owned = await heldMessage(parts, person, id)
  if (!permissionsOf(owned).download && !(await viewOf(parts, owned)).unreadable) throw forbidden()
  const { message, account } = owned
  return {
    size: message.size,
    read: (start, end) => openMime(parts.store.bodies, account, message, start, end),
  }
}

export async function heldMessage(parts: MessageParts, person: Person, id: string): Promise<OwnedMessage> {
  const owned = await ownedMessage(parts, person, id)
  if (stateOf(owned) !== 'held') throw ended()
  return owned
}

export function readable(
  parts: MessageParts,
  { message, account }: Pick<OwnedMessage, 'message' | 'account'>,
  attachment: StoredView['attachments'][number],
  index: number,
): ReadableAttachment {
  const { name, type, encoding, size } = attachment
  const bytes = (start: number, end: number) => openMime(parts.store.bodies, account, message, start, end)
  return {
    name: displayName(name, type, index),
    type,
    size,
    read: (start = 0, end = size) =>
      encoding === 'none'
        ? bytes(attachment.start + start, Math.min(attachment.end, attachment.start + end))
        : decodedRange(bytes(attachment.start, attachment.end), encoding, start, end),
  }
}

/** A range of what is encoded is found by decoding from the beginning; it stops at its end. */
async function* decodedRange(
  encoded: AsyncIterable<Uint8Array>,
  encoding: StoredView['attachments'][number]['encoding'],
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  const decoder = transferDecoder(encoding)
  let at = 0
  const within = (clear: Buffer) => {
    const piece = clear.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += clear.length
    return piece
  }
  for await (const chunk of encoded) {
    const piece = within(decoder.update(chunk))
    if (piece.length > 0) yield piece
    if (at >= end) return
  }
  const piece = within(decoder.final())
  if (piece.length > 0) yield piece
}

function forbidden(): Problem {
  return new Problem('download-forbidden', 403, 'The sender does not allow downloading from this message.')
}
