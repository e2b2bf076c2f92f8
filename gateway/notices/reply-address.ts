import { timingSafeEqual } from 'node:crypto'
import type { Vault } from '../vault/index.ts'

/**
 * Reply-To of notifications: `r+<copy id>.<mac>@<domain>`, so that a reply mailed to a notification finds its
 * message and nobody can make up such an address. All lower-case hex, for mail servers fold letter case; the
 * local part is 64 octets, the most there may be (RFC 5321 section 4.5.3.1.1), and the MAC has 112 bits.
 */
const form = /^r\+([0-9a-f]{32})\.([0-9a-f]{28})@/

/** @param copyId 32 hex digits. @param domain of the account's notice address. */
export function replyAddress(vault: Vault, copyId: string, domain: string): string {
  return `r+${copyId}.${macOf(vault, copyId)}@${domain}`
}

/** The copy that an address answers, or undefined where it is not one we made. Takes the same time for any MAC. */
export function readReplyAddress(vault: Vault, address: string): string | undefined {
  const [, copyId, mac] = form.exec(address.toLowerCase()) ?? []
  if (copyId === undefined || mac === undefined) return undefined
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(vault, copyId))) ? copyId : undefined
}

function macOf(vault: Vault, copyId: string): string {
  return vault.mac('reply-address', copyId).toString('hex').slice(0, 28)
}
