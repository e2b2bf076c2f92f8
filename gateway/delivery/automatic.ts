import { headerOf } from './content-facts.ts'

/**
 * Signs of a message that a program wrote or a list sends out: nobody waits for a report of it, and two programs that
 * answer each other never end. RFC 3834 sections 2 and 5, RFC 2369, RFC 2919, RFC 6522, `X-Auto-Response-Suppress` of
 * MS-OXCMAIL.
 */
const signs = [
  /^auto-submitted:\s*(?!no\b)\S/im,
  /^x-auto-response-suppress:.*\b(all|dr|ndr)\b/im,
  /^content-type:\s*multipart\/report\b/im,
  /^precedence:\s*(bulk|junk|list)\b/im,
  /^list-(id|unsubscribe):/im,
]

/** Whether a message is such a one, by its header. */
export async function isAutomatic(message: AsyncIterable<Uint8Array>): Promise<boolean> {
  const header = (await headerOf(message)).replace(/\r\n[ \t]+/g, ' ')
  return signs.some((sign) => sign.test(header))
}
