import type { Delivered } from '../peers/mailboxes.ts'
import { type Letter, domains, endFor, home } from './torture-mail.ts'
import type { World } from './torture-world.ts'

/** Everything that lies in the mailboxes behind. */
export interface Count {
  /** Files there, those of senders included. */
  readonly files: readonly Delivered[]
  /** Message-IDs by recipient: of letters, or of notices where the letter was secure. */
  readonly delivered: ReadonlyMap<string, readonly string[]>
  /** Message-IDs of the reports that name a recipient as failed. */
  readonly bounced: ReadonlyMap<string, readonly string[]>
  /** Those of them for whom the time ran out. */
  readonly gaveUp: ReadonlySet<string>
}

export async function countOf({ mailboxes }: World): Promise<Count> {
  const delivered = new Map<string, string[]>()
  const bounced = new Map<string, string[]>()
  const gaveUp = new Set<string>()
  const add = (map: Map<string, string[]>, address: string, messageId: string) => {
    map.set(address, [...(map.get(address) ?? []), messageId])
  }
  const files: Delivered[] = []
  for (const domain of domains) {
    for (const file of await mailboxes.read(domain)) {
      files.push(file)
      add(delivered, file.recipient, file.messageId)
    }
  }
  for (const file of await mailboxes.read(home)) {
    files.push(file)
    for (const { address, status } of failedIn(file.text)) {
      add(bounced, address, file.messageId)
      // RFC 3463: delivery time expired.
      if (status === '4.4.7') gaveUp.add(address)
    }
  }
  return { files, delivered, bounced, gaveUp }
}

/** Recipients that a report (RFC 3464) says have failed. */
function failedIn(text: string): { address: string; status: string }[] {
  return text.split(/\n\n/).flatMap((fields) => {
    const failed = /^action: *failed$/im.test(fields)
    const address = /^final-recipient: *rfc822; *(\S+)$/im.exec(fields)?.[1]
    const status = /^status: *(\S+)$/im.exec(fields)?.[1] ?? ''
    return failed && address !== undefined ? [{ address, status }] : []
  })
}

/** A delivery that is one more than there should be, and why it may be: '' where there is no reason. */
export interface Duplicate {
  readonly recipient: string
  readonly messageId: string
  readonly why: string
}

/**
 * Files of the same Message-ID for the same recipient, beyond the first, each with the reason that the records of
 * the line and of the Postfix in front give: SMTP can't do better than at least once (RFC 5321 section 4.5.4.1,
 * RFC 1047) where the answer to the final dot is lost.
 */
export async function duplicatesIn(world: World, { files }: Count): Promise<Duplicate[]> {
  const again = await sentAgain(world)
  const seen = new Set<string>()
  const reasons = new Map<string, string[]>()
  const duplicates: Duplicate[] = []
  for (const { recipient, messageId } of files) {
    const key = `${messageId} ${recipient}`
    if (!seen.has(key)) {
      seen.add(key)
      reasons.set(key, [...lostAnswers(world, messageId, recipient), ...(again.get(messageId) ?? [])])
      continue
    }
    duplicates.push({ recipient, messageId, why: reasons.get(key)?.shift() ?? '' })
  }
  return duplicates
}

/** As long before a kill an answer may have come and the end of the attempt not been stored, ms. */
const unstored = 2000

function lostAnswers({ proxy, kills }: World, messageId: string, recipient: string): string[] {
  return proxy.transactions
    .filter((one) => one.messageId === messageId && one.recipients.includes(recipient))
    .flatMap(({ answer }) => {
      if (!answer) return ['the answer to the final dot was lost']
      const killed = kills.some((at) => answer.at <= at + 1000 && answer.at > at - unstored)
      return killed ? ['the gateway was killed before it had stored the answer'] : []
    })
}

/** Message-IDs that the Postfix in front sent again, not knowing whether the gateway had taken them. */
export async function sentAgain({ front }: Pick<World, 'front'>): Promise<Map<string, string[]>> {
  const log = await front.log()
  const messageIds = new Map<string, string>()
  for (const [, queueId = '', messageId = ''] of log.matchAll(/cleanup\[\d+\]: (\w+): message-id=(<\S+>)/g)) {
    messageIds.set(queueId, messageId)
  }
  const found = new Map<string, string[]>()
  const lost = /smtp\[\d+\]: (\w+): .*message may be sent more than once/g
  for (const queueId of new Set([...log.matchAll(lost)].map(([, id = '']) => id))) {
    const messageId = messageIds.get(queueId)
    if (messageId !== undefined) found.set(messageId, ['the gateway was killed before it could say 250'])
  }
  return found
}

/**
 * What is wrong with how letters ended: nothing, where each recipient got theirs once or the sender was told once, as
 * it had to be. On a slow machine the time may run out for some that would have been delivered: told once is right
 * for them too.
 * @param again letters that came to the gateway twice: a second notification, a second report is right for them.
 */
export function wrongEnds(
  letters: readonly Letter[],
  { delivered, bounced, gaveUp }: Count,
  again: ReadonlyMap<string, unknown> = new Map(),
): unknown[] {
  return letters.flatMap((letter) =>
    letter.to.flatMap((recipient) => {
      // Notification and sign-in details: everybody is new to the gateway.
      const notices = letter.secure ? 2 : 1
      const expected = gaveUp.has(recipient) ? 'bounced' : endFor(letter, recipient)
      const found = {
        delivered: new Set(delivered.get(recipient)).size,
        bounced: new Set(bounced.get(recipient)).size,
      }
      const right = expected === 'delivered' ? notices : 1
      const wrong = found[expected] < right || found[expected] > right + (again.has(letter.messageId) ? 1 : 0)
      const other = expected === 'delivered' ? found.bounced : found.delivered
      // The one notice may have come when the time ran out for the other.
      const half = gaveUp.has(recipient) && letter.secure ? 1 : 0
      return wrong || other > half ? [{ recipient, ...found, expected }] : []
    }),
  )
}
