import type { DispatchContent } from './transport.ts'

/** Header blocks are at most 256 KiB (the intake sees to that). */
const mostHeader = 256 * 1024

/** The header block, each byte a character of its number, without the blank line at its end. */
export async function headerOf(message: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of message) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.includes('\r\n\r\n') || text.length > mostHeader) break
  }
  const end = text.indexOf('\r\n\r\n')
  return end < 0 ? text : text.slice(0, end)
}

/** Whether there is a byte in it that 7BIT has not (RFC 6152). */
export async function hasEightBit(content: DispatchContent): Promise<boolean> {
  for await (const chunk of content.read()) if (chunk.some((byte) => byte > 0x7f)) return true
  return false
}

/** `TLS-Required: No`, once: its sender wants it to arrive rather than to be safe (RFC 8689 section 5). */
export async function wantsNoTls(content: DispatchContent): Promise<boolean> {
  const header = (await headerOf(content.read())).replace(/\r\n[ \t]+/g, ' ')
  const fields = header.match(/^tls-required:.*$/gim) ?? []
  return fields.length === 1 && /^tls-required:\s*no\s*$/i.test(fields.join())
}
