import { z } from 'zod'
import { Mailbox, type MessageSummary } from '../../shared/contract/index.ts'
import type { Account } from '../people/index.ts'
import { type MessageRow, subjectOf } from './body.ts'
import { type CopyRow, stateOf } from './owned.ts'

const HeaderRecipients = z.object({ to: z.array(Mailbox), cc: z.array(Mailbox) })

/** To and Cc of the header: what every reader sees, and never who else it was sent to. */
export function headerRecipients(message: Pick<MessageRow, 'header_recipients_json'>): {
  to: Mailbox[]
  cc: Mailbox[]
} {
  return HeaderRecipients.parse(JSON.parse(message.header_recipients_json))
}

/** Columns of a copy that a list shows. */
export type ListedCopy = Pick<
  CopyRow,
  'id' | 'state' | 'unread' | 'received_at' | 'replied_at' | 'expires_at'
>

/** One line of a list. @param subject where it was opened already. */
export function summaryOf(
  owned: { id: string; message: MessageRow; copy: ListedCopy | CopyRow | null; account: Account },
  subject = readableSubject(owned),
): MessageSummary {
  const { id, message, copy, account } = owned
  return {
    id,
    folder: copy ? 'inbox' : 'sent',
    from: { address: message.from_address, name: message.from_name },
    to: headerRecipients(message).to,
    subject,
    at: message.received_at,
    expiresAt: copy ? copy.expires_at : message.expires_at,
    unread: copy?.unread === 1,
    hasAttachments: message.has_attachments === 1,
    replied: copy ? copy.replied_at !== null : false,
    state: copy ? copy.state : stateOf({ message, copy: null }),
    organisation: account.name,
  }
}

/** The subject as this reader may see it: '' once their copy has ended, even where another's lives on. */
export function readableSubject({
  message,
  copy,
  account,
}: {
  message: MessageRow
  copy: Pick<CopyRow, 'state'> | null
  account: Account
}): string {
  return copy && copy.state !== 'held' ? '' : subjectOf(account, message)
}
