import type { OutboxEntry, PortalInfo, TryResponse, Transport } from '../../shared/contract/index.ts'

/** What the pages of the sandbox ask of the gateway; the portal itself never does. */
export interface Sandbox {
  info(): Promise<PortalInfo>
  outbox(): Promise<OutboxEntry[]>
  /** The raw message. */
  mail(id: string): Promise<Blob>
  tryOut(request: { to: string; subject: string; text: string }): Promise<TryResponse>
  mailUrl(id: string): string
}

/** Answers are trusted to keep the contract, as in shared/contract. */
export function createSandbox(transport: Transport): Sandbox {
  const mailUrl = (id: string) => `/outbox/${encodeURIComponent(id)}.eml`
  return {
    info: () => transport.json('GET', '/api/portal') as Promise<PortalInfo>,
    outbox: () => transport.json('GET', '/outbox.json') as Promise<OutboxEntry[]>,
    mail: (id) => transport.bytes(mailUrl(id)),
    tryOut: (request) => transport.json('POST', '/api/try', request) as Promise<TryResponse>,
    mailUrl,
  }
}
