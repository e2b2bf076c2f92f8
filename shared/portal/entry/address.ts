/**
 * Whether a text can be meant as an email address: something, an @, something. Only catches slips; what is an
 * address is decided by the gateway.
 */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@]+(?:@[^\s@]+)*@[^\s@]+$/.test(text.trim())
}
