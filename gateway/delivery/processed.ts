import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Vault } from '../vault/index.ts'

/**
 * The header field by which a message that comes back is known: `X-Postern-Processed: <passes> <mac>`. It is put on
 * what leaves by a smart host, where a rule of that server may send it here again, and stands for nothing but the
 * count: policy decides anew each time. The MAC binds it to account and message, so that it can neither be made up
 * nor moved to another message.
 */
export const processedName = 'X-Postern-Processed'

/** Most times a message may leave by a smart host: a forwarding rule may send one out again, a circle goes on. */
export const mostPasses = 4

/** What the field says, as it is kept between intake and delivery. */
export const Processed = z.object({
  /** How often the message had left here before it came in this time. */
  passes: z.number().int().nonnegative(),
  /** See `identitiesOf`. */
  identity: z.string(),
})
export type Processed = z.infer<typeof Processed>

/**
 * The whole field with CRLF, to stand before everything else of the message.
 * @param passes as they were kept; the field says one more.
 */
export function processedField(
  mac: Vault['mac'],
  { accountId, identity, passes }: Processed & { readonly accountId: string },
): string {
  const count = passes + 1
  return `${processedName}: ${count} ${macOf(mac, accountId, identity, count)}\r\n`
}

/**
 * How often a message has left here before, 0 where no field is genuine.
 * @param identities all that the message may have been known by.
 * @param values of every field of this name, as they came.
 */
export function passesOf(
  mac: Vault['mac'],
  accountId: string,
  identities: readonly string[],
  values: readonly string[],
): number {
  let most = 0
  for (const value of values.slice(0, 10)) {
    const [, digits, given] = /^\s*([1-9]\d{0,3})\s+([\w-]{32})\s*$/.exec(value) ?? []
    if (digits === undefined || given === undefined) continue
    const count = Number(digits)
    const genuine = identities.some((identity) =>
      timingSafeEqual(Buffer.from(given), Buffer.from(macOf(mac, accountId, identity, count))),
    )
    if (genuine) most = Math.max(most, count)
  }
  return most
}

/**
 * What a message is known by, first the one to be kept: its Message-ID, else From, Date and Subject. Where it has a
 * Message-ID the others follow, for a server on the way adds one to a message that left without.
 * @param field values of every field of a name.
 */
export function identitiesOf(field: (name: string) => readonly string[]): [string, ...string[]] {
  const text = (name: string) => field(name).join('\n').replace(/\s+/g, ' ').trim()
  const described = digest(`fields\n${text('from')}\n${text('date')}\n${text('subject')}`)
  const id = text('message-id')
  return id === '' ? [described] : [digest(`id\n${id}`), described]
}

/** What a message that is written here is known by when it comes back. */
export function processedHere(rfcMessageId: string): Processed {
  const [identity] = identitiesOf((name) => (name === 'message-id' ? [rfcMessageId] : []))
  return { passes: 0, identity }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** 192 bits, base64url. */
function macOf(mac: Vault['mac'], accountId: string, identity: string, count: number): string {
  return mac('processed', `${accountId}\n${identity}\n${count}`).toString('base64url').slice(0, 32)
}
