/**
 * What notices need to know of the rest of the gateway. The composition root hands it in, because messages and
 * signin stand above notices. Nothing of a body comes through here.
 */
export interface NoticeSources {
  /** A copy, whatever its state; undefined where it is unknown. */
  copy(copyId: string): Promise<CopyFacts | undefined>
  /** Undefined where the person's password is not a temporary one any more, or it was used or has ended. */
  temporaryPassword(personId: string): Promise<{ password: string; expiresAt: number } | undefined>
  /** The whole link, `<origin>/reset/<token>`, or undefined where it was used or has ended. */
  resetLink(seed: string): string | undefined | Promise<string | undefined>
  /** What could not be delivered; undefined where that is not known any more. */
  failure(dispatchId: string): Promise<FailureFacts | undefined>
}

/** A copy as notices see it. Times in ms. */
export interface CopyFacts {
  readonly copyId: string
  readonly accountId: string
  /** The account's name. */
  readonly organisation: string
  readonly state: 'held' | 'expired' | 'recalled'
  readonly senderName: string
  readonly senderAddress: string
  /** Used only where the account allows it. */
  readonly subject: string
  readonly recipientName: string
  readonly recipientAddress: string
  /** Language of notices to the recipient: the message's, else the person's, else the account's. */
  readonly language: string
  readonly receivedAt: number
  /** Null: never. */
  readonly expiresAt: number | null
  readonly permissions: { readonly reply: boolean }
  readonly recallReason: string | null
  /** Message-ID of the original with angle brackets, '' where it has none. */
  readonly rfcMessageId: string
  readonly readAt: number | null
}

/** A dispatch that failed, as the report to its sender tells it. */
export interface FailureFacts {
  /** Envelope sender of the original: who gets the report. '' (a report itself) gets none. */
  readonly sender: string
  /** Queue id under which the original was accepted. */
  readonly messageId: string
  readonly rfcMessageId: string
  readonly receivedAt: number
  /** True where the recipients could not be told of a held message; false where the message was relayed. */
  readonly held: boolean
  /** Header block of a relayed original. Never given for a held one. */
  readonly headers?: Uint8Array | undefined
}
