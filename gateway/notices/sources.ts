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
  /**
   * The message that a dispatch carried or told of; undefined where that is not known any more.
   * @param whole with the message itself where its sender asked for that and it may be given.
   */
  reported(dispatchId: string, whole: boolean): Promise<ReportedMessage | undefined>
}

/** A copy as notices see it. Times in ms. */
export interface CopyFacts {
  readonly copyId: string
  readonly accountId: string
  /** The account's name. */
  readonly organisation: string
  readonly state: 'held' | 'expired' | 'recalled' | 'lost'
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
  /** When it was first opened, null: never. */
  readonly readAt: number | null
  /** On screen: it was never opened, or marked unread again. */
  readonly unread: boolean
  /** The reader has begun an answer, which ends with the copy. */
  readonly answerBegun: boolean
}

/** A message as a report to its sender tells of it. */
export interface ReportedMessage {
  /** Envelope sender of the original: who gets the report. '' (a report itself) gets none. */
  readonly sender: string
  /** Queue id under which the original was accepted. */
  readonly messageId: string
  readonly rfcMessageId: string
  readonly receivedAt: number
  /** True where the dispatch was to tell the recipient of a held message; false where it was the message. */
  readonly held: boolean
  /** Xtext that the client gave (RFC 3461 section 4.4). */
  readonly envid?: string | undefined
  /** What is given back of a relayed original: nothing of one that is held for anybody. */
  readonly returned?:
    | { readonly part: 'headers'; readonly bytes: Uint8Array }
    | { readonly part: 'message'; readonly bytes: Uint8Array }
    | undefined
}
