import type { DraftKind, Mailbox } from '../../shared/contract/index.ts'
import { type Person, parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { escapeHtml, preformatted } from './mime-text.ts'
import { type OwnedMessage, optionsOf } from './owned.ts'
import { headerRecipients, readableSubject } from './summary.ts'
import type { StoredView } from './view.ts'

type AnswerKind = Exclude<DraftKind, 'new'>

const refusals: Record<
  AnswerKind,
  { allowed: 'reply' | 'replyAll' | 'forward'; code: string; words: string }
> = {
  reply: {
    allowed: 'reply',
    code: 'reply-forbidden',
    words: 'The sender does not allow a reply to this message.',
  },
  'reply-all': {
    allowed: 'replyAll',
    code: 'reply-all-forbidden',
    words: 'The sender does not allow a reply to everybody. Reply to the sender alone.',
  },
  forward: {
    allowed: 'forward',
    code: 'forward-forbidden',
    words: 'The sender does not allow this message to be forwarded.',
  },
}

/** Throws Problem where this copy may not be answered so. One's own message may not be answered at all. */
export function checkAnswer(owned: OwnedMessage, kind: AnswerKind): void {
  const { allowed, code, words } = refusals[kind]
  if (!owned.copy || !optionsOf(owned).permissions[allowed]) throw new Problem(code, 403, words)
}

export interface AnswerRecipients {
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
}

/**
 * Who gets an answer: the sender, and for everybody those of To and Cc, which all readers see; never who was sent
 * a blind copy. The person who answers is left out, unless they wrote to themselves.
 */
export function answerRecipients(
  owned: OwnedMessage,
  person: Person,
  kind: 'reply' | 'reply-all',
): AnswerRecipients {
  const { message } = owned
  const sender = { address: message.from_address, name: message.from_name }
  if (kind === 'reply') return { to: [sender], cc: [] }
  const { to, cc } = headerRecipients(message)
  const seen = new Set([parseAddress(sender.address)?.address, person.address])
  const fresh = ({ address }: Mailbox) => {
    // What is no address of a person (a group, a quoted local part) can't be written to.
    const known = parseAddress(address)?.address
    if (known === undefined || seen.has(known)) return false
    seen.add(known)
    return true
  }
  return { to: [sender, ...to.filter(fresh)], cc: cc.filter(fresh) }
}

/** `Re: ` or `Fwd: ` before the subject, once. */
export function answerSubject(owned: OwnedMessage, kind: AnswerKind): string {
  const subject = readableSubject(owned).slice(0, 1900)
  if (kind === 'forward') return /^(fwd?|wg)\s*:/i.test(subject) ? subject : `Fwd: ${subject}`
  return /^(re|aw)\s*:/i.test(subject) ? subject : `Re: ${subject}`
}

/** HTML of more characters than this is not quoted: a draft has at most 2,000,000. */
const longestQuote = 1_000_000

/**
 * The original below an answer: a line that says who wrote it and when (UTC), without words, so that it needs no
 * language; then the original as a block quotation. The portal's editor knows it by its class and keeps it as it is.
 * Empty where there is nothing to quote.
 */
export function quotation(owned: OwnedMessage, view: StoredView, kind: AnswerKind, language: string): string {
  const { message } = owned
  const content = quotable(view, kind)
  if (content === undefined) return ''
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  const who =
    message.from_name === '' ? message.from_address : `${message.from_name} <${message.from_address}>`
  const subject = kind === 'forward' ? `<br><b>${escapeHtml(readableSubject(owned))}</b>` : ''
  const line = `${escapeHtml(who)}, ${escapeHtml(when.format(message.received_at))} UTC:${subject}`
  return `<div><br></div><div class="postern-quote"><div>${line}</div><blockquote type="cite">${content}</blockquote></div>`
}

function quotable({ html, text }: StoredView, kind: AnswerKind): string | undefined {
  if (html !== null && html.length <= longestQuote) {
    const body = bodyOf(html)
    return kind === 'forward' ? body : withoutPictures(body)
  }
  if (text !== null && text.length <= longestQuote / 2) return preformatted(text)
  return undefined
}

/** What stands between <body> and </body>, or all of it. Searches only: the HTML is a stranger's. */
function bodyOf(html: string): string {
  const lower = lowerCase(html)
  const tag = lower.indexOf('<body')
  const begin = tag < 0 ? 0 : lower.indexOf('>', tag) + 1
  const end = lower.lastIndexOf('</body')
  return html.slice(begin, end > begin ? end : undefined)
}

/** Without the pictures that came as parts of the message: a reply does not carry them. */
function withoutPictures(html: string): string {
  const lower = lowerCase(html)
  let kept = ''
  let from = 0
  for (let at = lower.indexOf('<img'); at >= 0;) {
    const end = lower.indexOf('>', at)
    if (end < 0) break
    if (lower.slice(at, end).includes('cid:')) {
      kept += html.slice(from, at)
      from = end + 1
    }
    at = lower.indexOf('<img', end)
  }
  return kept + html.slice(from)
}

/** Letters A to Z alone: other letters may change their length, and places would move. */
function lowerCase(html: string): string {
  return html.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
