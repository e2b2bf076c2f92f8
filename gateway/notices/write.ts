import { type Person, noticeAddress } from '../people/index.ts'
import { cleanName, shownPerson } from './clean.ts'
import { type Became, deliveryStatus } from './delivery-status.ts'
import type { Desk } from './desk.ts'
import type { Letter } from './letter.ts'
import { deliveryDelay } from './letters/delivery-delay.ts'
import { deliveryFailure } from './letters/delivery-failure.ts'
import { deliverySuccess } from './letters/delivery-success.ts'
import { expiryWarning } from './letters/expiry-warning.ts'
import type { Invited } from './letters/invitation.ts'
import { notification } from './letters/notification.ts'
import { passwordReset } from './letters/password-reset.ts'
import { readReceipt } from './letters/read-receipt.ts'
import { recalled } from './letters/recalled.ts'
import { reminder } from './letters/reminder.ts'
import { securityAlert } from './letters/security-alert.ts'
import { type Setting, settingOf } from './letters/setting.ts'
import { signInDetails } from './letters/sign-in-details.ts'
import type { Report } from './mail.ts'
import type { Notice, Reported } from './notice.ts'
import type { CopyFacts, ReportedMessage } from './sources.ts'
import { replyAddress } from './reply-address.ts'

/** A letter and how it is addressed. */
export interface Written {
  readonly letter: Letter
  readonly to: { readonly name: string; readonly address: string }
  readonly fromName: string
  readonly replyTo?: string
  readonly inReplyTo?: string
  readonly report?: Report
}

/** How long a link to a new password works, ms. */
const resetLife = 60 * 60 * 1000

type Of<T extends Notice['type']> = Extract<Notice, { type: T }>

export async function writeLetter(desk: Desk, notice: Notice): Promise<Written | 'gone'> {
  // A report is queued when the attempt it tells of ends.
  const at = desk.dispatch.created_at
  switch (notice.type) {
    case 'notification':
      return writeNotification(desk, notice)
    case 'sign-in-details':
      return writeSignInDetails(desk, notice)
    case 'password-reset':
      return writePasswordReset(desk, notice)
    case 'security-alert':
      return writeSecurityAlert(desk, notice)
    case 'read-receipt':
      return writeReadReceipt(desk, notice)
    case 'recalled':
      return writeRecalled(desk, notice)
    case 'reminder':
      return writeReminder(desk, notice)
    case 'expiry-warning':
      return writeExpiryWarning(desk, notice)
    case 'delivery-failure':
      return writeReport(desk, notice, { action: 'failed', at }, notice.failures, deliveryFailure)
    case 'delivery-delay': {
      const { recipients, until } = notice
      return writeReport(desk, notice, { action: 'delayed', at, until }, recipients, (...letter) =>
        deliveryDelay(...letter, until),
      )
    }
    case 'delivery-success':
      return writeReport(desk, notice, { action: 'relayed', at }, notice.recipients, deliverySuccess)
  }
}

async function writeNotification(desk: Desk, { copyId }: Of<'notification'>): Promise<Written | 'gone'> {
  const copy = await heldCopy(desk, copyId)
  return copy ? toReader(desk, copy, copy.receivedAt, notification) : 'gone'
}

/** Only for who never opened it. */
async function writeReminder(desk: Desk, { copyId }: Of<'reminder'>): Promise<Written | 'gone'> {
  const copy = await heldCopy(desk, copyId)
  if (copy?.readAt !== null) return 'gone'
  const at = desk.now()
  return toReader(desk, copy, desk.dispatch.created_at, (...letter) => reminder(...letter, at))
}

/** For who would lose something: it is unread, also where it was marked so again, or an answer was begun. */
async function writeExpiryWarning(desk: Desk, { copyId }: Of<'expiry-warning'>): Promise<Written | 'gone'> {
  const copy = await heldCopy(desk, copyId)
  if (!copy || copy.expiresAt === null || !(copy.readAt === null || copy.unread || copy.answerBegun))
    return 'gone'
  const { expiresAt } = copy
  const at = desk.now()
  return toReader(desk, copy, desk.dispatch.created_at, (setting, facts, invited) =>
    expiryWarning(setting, { ...facts, expiresAt }, invited, at),
  )
}

async function heldCopy(desk: Desk, copyId: string): Promise<CopyFacts | undefined> {
  const copy = await desk.facts.copy(copyId)
  const ended = copy?.state !== 'held' || (copy.expiresAt !== null && copy.expiresAt <= desk.now())
  return ended ? undefined : copy
}

/**
 * A letter that leads to a copy, to its reader; a reply to it is caught as an answer.
 * @param issued when its link counts as issued, ms: each letter has a link of its own.
 */
async function toReader(
  desk: Desk,
  copy: CopyFacts,
  issued: number,
  letter: (setting: Setting, copy: CopyFacts, invited: Invited) => Letter,
): Promise<Written> {
  const setting = settingFor(desk, copy.language)
  const link = await desk.links.sign({
    id: copy.copyId,
    accountId: copy.accountId,
    address: copy.recipientAddress,
    expiresAt: copy.expiresAt,
    receivedAt: issued,
  })
  const sender = shownPerson(copy.senderName, copy.senderAddress)
  return {
    letter: letter(setting, copy, { link, subjectAllowed: desk.account.settings.subjectInNotice }),
    to: { name: cleanName(copy.recipientName), address: copy.recipientAddress },
    // A name that looks like an address must not stand alone before ours.
    fromName:
      sender.name === undefined
        ? organisationMail(setting)
        : setting.words.senderVia(sender.name, setting.organisation),
    replyTo: replyAddress(desk.vault, copy.copyId, domainOf(noticeAddress(desk.account))),
  }
}

async function writeSignInDetails(
  desk: Desk,
  { personId }: Of<'sign-in-details'>,
): Promise<Written | 'gone'> {
  const person = await desk.people.person(personId)
  const temporary = await desk.facts.temporaryPassword(personId)
  if (!person || person.disabled_at !== null || !temporary || temporary.expiresAt <= desk.now()) return 'gone'
  return toPerson(desk, person, (setting) =>
    signInDetails(setting, { address: person.address, ...temporary }),
  )
}

async function writePasswordReset(
  desk: Desk,
  { personId, seed }: Of<'password-reset'>,
): Promise<Written | 'gone'> {
  const person = await desk.people.person(personId)
  const link = await desk.facts.resetLink(seed)
  const expiresAt = desk.dispatch.created_at + resetLife
  if (!person || person.disabled_at !== null || link === undefined || expiresAt <= desk.now()) return 'gone'
  // Whatever made the link: people are sent to the configured portal and nowhere else.
  if (new URL(link).origin !== new URL(desk.origin).origin) throw new Error('a reset link leads elsewhere')
  return toPerson(desk, person, (setting) =>
    passwordReset(setting, { address: person.address, link, expiresAt }),
  )
}

async function writeSecurityAlert(desk: Desk, alert: Of<'security-alert'>): Promise<Written | 'gone'> {
  const person = await desk.people.person(alert.personId)
  if (!person) return 'gone'
  return toPerson(desk, person, (setting) => securityAlert(setting, { ...alert, address: person.address }))
}

async function writeReadReceipt(desk: Desk, { copyId, at }: Of<'read-receipt'>): Promise<Written | 'gone'> {
  const copy = await desk.facts.copy(copyId)
  if (!copy || copy.senderAddress === '') return 'gone'
  const setting = settingFor(desk, await languageOf(desk, copy.senderAddress))
  return {
    letter: readReceipt(setting, copy, { at, subjectAllowed: desk.account.settings.subjectInNotice }),
    to: { name: cleanName(copy.senderName), address: copy.senderAddress },
    fromName: organisationMail(setting),
    inReplyTo: copy.rfcMessageId,
  }
}

async function writeRecalled(desk: Desk, { copyId }: Of<'recalled'>): Promise<Written | 'gone'> {
  const copy = await desk.facts.copy(copyId)
  if (copy?.state !== 'recalled') return 'gone'
  const setting = settingFor(desk, copy.language)
  return {
    letter: recalled(setting, copy, { subjectAllowed: desk.account.settings.subjectInNotice }),
    to: { name: cleanName(copy.recipientName), address: copy.recipientAddress },
    fromName: organisationMail(setting),
  }
}

async function writeReport(
  desk: Desk,
  { dispatchId }: { dispatchId: string },
  became: Became,
  recipients: readonly Reported[],
  letter: (setting: Setting, message: ReportedMessage, recipients: readonly Reported[]) => Letter,
): Promise<Written | 'gone'> {
  const message = await desk.facts.reported(dispatchId, became.action === 'failed')
  if (!message || message.sender === '' || recipients.length === 0) return 'gone'
  const setting = settingFor(desk, await languageOf(desk, message.sender))
  const { hostname = new URL(desk.origin).hostname } = desk
  return {
    letter: letter(setting, message, recipients),
    to: { name: '', address: message.sender },
    fromName: organisationMail(setting),
    inReplyTo: message.rfcMessageId,
    report: {
      deliveryStatus: deliveryStatus(hostname, message, became, recipients),
      returned: message.held ? undefined : message.returned,
    },
  }
}

function toPerson(desk: Desk, person: Person, letter: (setting: Setting) => Letter): Written {
  const setting = settingFor(desk, person.language ?? desk.account.settings.language)
  return {
    letter: letter(setting),
    to: { name: cleanName(person.name), address: person.address },
    fromName: organisationMail(setting),
  }
}

function settingFor({ account, origin, timeZone }: Desk, language: string): Setting {
  return settingOf({ language, organisation: account.name, origin, timeZone })
}

const organisationMail = ({ words, organisation }: Setting) => words.organisationMail(organisation)

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

async function languageOf({ people, account }: Desk, address: string): Promise<string> {
  return (await people.personByAddress(address))?.language ?? account.settings.language
}
