export interface ReplyAddress {
  /** As mail programs write it, in lower case. */
  readonly address: string
  /** Handle of the message, 32 hex digits, as in the payload of its links. */
  readonly handle: string
  readonly domain: string
}

/** `r+<handle>.<mac>@<domain>`, all of it in either case: see gateway/notices/reply-address.ts, which makes them. */
const form = /(?<![\w.+-])r\+([0-9a-f]{32})\.[0-9a-f]{28}@((?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+)/iu

/**
 * The reply address of a notification in an address field, with or without a name beside it. Only the gateway can
 * tell whether it made it: this says that it looks like one.
 */
export function replyAddressIn(text: string): ReplyAddress | undefined {
  const [address, handle, domain] = form.exec(text) ?? []
  if (address === undefined || handle === undefined || domain === undefined) return undefined
  return {
    address: address.toLowerCase(),
    handle: handle.toLowerCase(),
    domain: domain.toLowerCase(),
  }
}
