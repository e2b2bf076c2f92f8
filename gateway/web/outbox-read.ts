import PostalMime, { type Email } from 'postal-mime'
import type { ComponentType } from 'preact'
import { cleanMessage, frameDocument, MessageFrame } from '../../shared/portal/read/index.ts'
import type { PagesI18n } from '../../shared/i18n/pages/index.ts'

/** A mail of the outbox, taken apart in the browser. Fetched only when one is opened. */
export interface ReadMail {
  readonly from: string | undefined
  readonly text: string | undefined
  /** Document of the frame; undefined where the mail has no HTML or it can't be shown safely. */
  readonly frame: string | undefined
  readonly Frame: ComponentType<{ document: string; title: string }>
  readonly headers: string
  readonly source: string
  readonly attachments: readonly { readonly name: string; readonly size: number }[]
}

export async function readMail(raw: Blob, { t, language }: PagesI18n): Promise<ReadMail> {
  const bytes = await raw.arrayBuffer()
  const source = new TextDecoder().decode(bytes)
  const mail = await PostalMime.parse(bytes)
  return {
    from: fromOf(mail),
    text: mail.text,
    frame: mail.html === undefined ? undefined : frameOf(mail.html),
    Frame: MessageFrame,
    headers: source.split(/\r?\n\r?\n/, 1)[0] ?? '',
    source,
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? mimeType,
      size: typeof content === 'string' ? content.length : content.byteLength,
    })),
  }

  function frameOf(html: string): string | undefined {
    try {
      const clean = cleanMessage(html, new Map(), {
        earlier: t('outbox.earlier'),
        leadsTo: (host) => t('outbox.leads-to', { host }),
      })
      const dark = window.matchMedia('(prefers-color-scheme: dark)').matches
      return frameDocument(clean, { language, theme: dark ? 'dark' : 'light' })
    } catch {
      // Not showable safely: text, headers and source stand beside it.
      return undefined
    }
  }
}

function fromOf({ from }: Email): string | undefined {
  if (!from) return undefined
  if (from.address === undefined) return from.name
  return from.name ? `${from.name} <${from.address}>` : from.address
}
