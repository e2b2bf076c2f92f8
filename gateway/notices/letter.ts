/**
 * A notice as a person reads it, before it is HTML or text. All of it is plain text; the renderers escape.
 */
export interface Letter {
  /** IETF tag, and the direction of its script. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly subject: string
  /** The organisation, beside the mark. */
  readonly organisation: string
  /** What this is, two words, at the other end of that line. */
  readonly kind: string
  readonly title: string
  /** What inboxes show after the subject. */
  readonly preview: string
  readonly lead: readonly string[]
  readonly facts: readonly Fact[]
  readonly action?: { readonly label: string; readonly url: string } | undefined
  /** Below the button, in the order they are read. */
  readonly advice: readonly string[]
  /** The link once more as text, for those whose button is blocked. */
  readonly bareLink?: { readonly label: string; readonly url: string } | undefined
  /** The token alone, which no link rewriter touches. */
  readonly code?: { readonly label: string; readonly token: string } | undefined
  readonly footer: readonly string[]
  /** Shown in bold wherever it stands: the portal's host. */
  readonly host: string
}

/** One line of what there is to know. */
export interface Fact {
  readonly label: string
  readonly value: string
  /** The address of the person named in `value`: below it, in grey. */
  readonly note?: string | undefined
  /** A few words below the value, in grey. */
  readonly remark?: string | undefined
  /** A secret to be copied: large, in a fixed width. */
  readonly secret?: boolean | undefined
}
