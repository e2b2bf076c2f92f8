import { type Person, noticeAddress } from '../people/index.ts'
import { cleanName, shownPerson } from './clean.ts'
import { deliveryStatus } from './delivery-status.ts'
import type { Desk } from './desk.ts'
import type { Letter } from './letter.ts'
import { deliveryFailure } from './letters/delivery-failure.ts'
import { notification } from './letters/notification.ts'
import { passwordReset } from './letters/password-reset.ts'
import { readReceipt } from './letters/read-receipt.ts'
import { recalled } from './letters/recalled.ts'
import { securityAlert } from './letters/security-alert.ts'
import { type Setting, settingOf } from './letters/setting.ts'
import { signInDetails } from './letters/sign-in-details.ts'
import type { Report } from './mail.ts'
import type { Notice } from './notice.ts'
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
    case 'delivery-failure':
      return writeDeliveryFailure(desk, notice)
  }
}

async function writeNotification(desk: Desk, { copyId }: Of<'notification'>): Promise<Written | 'gone'> {
  const copy = await desk.facts.copy(copyId)
  if (copy?.state !== 'held' || (copy.expiresAt !== null && copy.expiresAt <= desk.now())) return 'gone'
  const setting = settingFor(desk, copy.language)
  const link = await desk.links.sign({
    id: copy.copyId,
    accountId: copy.accountId,
    address: copy.recipientAddress,
    expiresAt: copy.expiresAt,
    receivedAt: copy.receivedAt,
  })
  const sender = shownPerson(copy.senderName, copy.senderAddress)
  return {
    letter: notification(setting, copy, { link, subjectAllowed: desk.account.settings.subjectInNotice }),
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

async function writeDeliveryFailure(
  desk: Desk,
  { dispatchId, failures }: Of<'delivery-failure'>,
): Promise<Written | 'gone'> {
  const facts = await desk.facts.failure(dispatchId)
  if (!facts || facts.sender === '' || failures.length === 0) return 'gone'
  const setting = settingFor(desk, await languageOf(desk, facts.sender))
  const { hostname } = new URL(desk.origin)
  return {
    letter: deliveryFailure(setting, facts, failures),
    to: { name: '', address: facts.sender },
    fromName: organisationMail(setting),
    inReplyTo: facts.rfcMessageId,
    report: {
      deliveryStatus: deliveryStatus(hostname, desk.dispatch.created_at, facts, failures),
      headers: facts.held ? undefined : facts.headers?.subarray(0, mostHeaders),
    },
  }
}

/** Of an original's header block, bytes: enough to recognise it. */
const mostHeaders = 64 * 1024

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
