import type { Mailbox } from '../../contract/index.ts'
import type { Portal } from '../context.ts'
import { type CleanMessage, cleanMessage } from './clean.ts'
import { printMessage } from './print.ts'
import type { MessageDocument } from './use-document.ts'

/** Prints a message as it is shown: with the pictures that are shown, and everything unfolded. */
export function printView(portal: Pick<Portal, 't' | 'i18n' | 'info'>, body: MessageDocument): void {
  const { t, i18n, info } = portal
  const { of: view } = body
  const lines: [string, string][] = [
    [t('read.from'), nameOf(view.from)],
    [t('read.to'), view.to.map(nameOf).join('\n')],
    ...(view.cc.length === 0 ? [] : [[t('read.cc'), view.cc.map(nameOf).join('\n')] as [string, string]]),
    [t('read.date'), i18n.value.exactDate(view.at)],
    [t('read.organisation'), [view.organisation, info.value?.host ?? ''].filter(Boolean).join(' · ')],
    ...(view.expiresAt === null
      ? []
      : [[t('read.trust.expires-on'), i18n.value.date(view.expiresAt)] as [string, string]]),
    ...(view.attachments.some((file) => !file.inline)
      ? [
          [
            t('read.attachments', { count: view.attachments.filter((file) => !file.inline).length }),
            view.attachments
              .filter((file) => !file.inline)
              .map((file) => `${file.name} (${i18n.value.size(file.size)})`)
              .join('\n'),
          ] as [string, string],
        ]
      : []),
  ]
  const head = { subject: view.subject || t('common.no-subject'), lines }
  printMessage(
    content(body, (host) => t('read.leads-to', { host })),
    head,
    i18n.value.language,
  )
}

function content(body: MessageDocument, leadsTo: (host: string) => string): CleanMessage {
  const { of: view, clean, pictures } = body
  if (clean !== undefined && view.html !== null)
    return cleanMessage(view.html, pictures, { earlier: undefined, leadsTo })
  // Plain text goes the same way, as the only text of an element.
  const pre = document.createElement('pre')
  pre.textContent = view.text ?? ''
  return cleanMessage(pre.outerHTML, new Map(), { earlier: undefined, leadsTo })
}

const nameOf = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`)
