import { isUtf8 } from 'node:buffer'
import type { SplitterChunk } from '@zone-eu/mailsplit'
import libmime from 'libmime'
import charsets from 'libmime/lib/charset.js'

/** A part as mailsplit hands it out, its header read. */
export type MimeNode = Extract<SplitterChunk, { type: 'node' }>

/**
 * Text of a part. @param charset as the part names it, '' where it does not: then UTF-8 where it is valid, else
 * windows-1252, which most unlabelled mail is. @param flowed set where the text is format=flowed (RFC 3676).
 */
export function decodeText(bytes: Uint8Array, charset: string, flowed?: { delSp: boolean }): string {
  const text = decoded(bytes, charset).replaceAll('\r\n', '\n')
  return flowed ? libmime.decodeFlowed(text, flowed.delSp) : text
}

function decoded(bytes: Uint8Array, charset: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!/^$|^(us-?)?ascii$|^utf-?8$/i.test(charset)) return charsets.decode(buffer, charset)
  return isUtf8(buffer) ? buffer.toString('utf8') : charsets.decode(buffer, 'windows-1252')
}

/** A text part in its place in the message. */
export interface TextPart {
  readonly node: MimeNode
  readonly content: string
}

/**
 * What is shown of the text parts. Alternatives say the same thing, so each form takes its own; parts that are
 * not alternatives follow one another, and plain ones then stand in the HTML too, or a reader of the HTML would
 * miss them. The plain text is null where it would lack something that only the HTML says.
 */
export function unravelled(parts: readonly TextPart[]): { html: string | null; text: string | null } {
  const html: string[] = []
  const text: string[] = []
  let onlyInHtml = false
  for (const { node, content } of parts) {
    const alternative = isAlternative(node)
    if (node.contentType === 'text/html') {
      html.push(content)
      if (!alternative) onlyInHtml = true
    } else {
      text.push(content)
      if (!alternative) html.push(preformatted(content))
    }
  }
  const hasHtml = parts.some(({ node }) => node.contentType === 'text/html')
  return {
    html: hasHtml ? html.join('\n') : null,
    text: text.length === 0 || onlyInHtml ? null : text.join('\n'),
  }
}

function isAlternative(node: MimeNode): boolean {
  for (let at = node.parentNode; at; at = at.parentNode) if (at.multipart === 'alternative') return true
  return false
}

/** Plain text as HTML that looks the same. */
export function preformatted(text: string): string {
  return `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
