/**
 * Every word a notice can hold. Names, hosts and moments come in ready to be shown; the caller escapes what comes
 * out. Plain, short, active; the person is "you".
 */
export interface NoticeWords {
  /** IETF tag. */
  readonly language: string
  /** Locale of dates where the tag has no region. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'

  /** Display name in From of a notification. */
  senderVia(sender: string, organisation: string): string
  /** Display name in From of every other notice. */
  organisationMail(organisation: string): string
  /** Beside an address whose owner gave a name that looks like an address or a link. */
  callsItself(name: string): string

  readonly labels: {
    readonly from: string
    readonly subject: string
    readonly sent: string
    readonly expires: string
    readonly portal: string
    readonly address: string
    readonly temporaryPassword: string
    readonly validUntil: string
    readonly when: string
    readonly browser: string
    readonly readBy: string
    readonly readAt: string
    readonly recipient: string
    readonly reason: string
    readonly queueId: string
  }
  readonly never: string
  /** `in 3 days`, as it stands behind "expires". @param count of hours may be 0. */
  within(unit: 'day' | 'hour', count: number): string
  /** `3 days left`, beside a moment. */
  left(unit: 'day' | 'hour', count: number): string
  readonly unknownBrowser: string
  browserOn(browser: string, system: string): string

  /** The button of what leads to a message. */
  readonly readMessage: string
  checkHost(host: string): string
  readonly replyInPortal: string
  /** Above the bare link. */
  readonly orCopyLink: string
  /** Before the bare token. */
  readonly linkCode: string
  footer(organisation: string, host: string, address: string): string
  readonly neverAsk: string

  readonly notification: {
    readonly kind: string
    subject(sender: string): string
    subjectWith(sender: string, subject: string): string
    title(sender: string): string
    lead(host: string): string
    readonly firstTime: string
  }
  readonly reminder: {
    readonly kind: string
    subject(sender: string): string
    subjectWith(sender: string, subject: string): string
    title(sender: string): string
    lead(host: string): string
    readonly signIn: string
  }
  readonly expiryWarning: {
    readonly kind: string
    /** @param within such as `in 3 days`. */
    subject(sender: string, within: string): string
    subjectWith(sender: string, subject: string, within: string): string
    title(sender: string, within: string): string
    lead(host: string): string
    /** Where an answer was begun. */
    readonly begun: string
  }
  readonly signInDetails: {
    readonly kind: string
    subject(host: string): string
    title(host: string): string
    lead(organisation: string): string
    readonly action: string
    readonly once: string
    readonly ended: string
    readonly notExpected: string
  }
  readonly passwordReset: {
    readonly kind: string
    subject(host: string): string
    readonly title: string
    lead(address: string, host: string): string
    readonly action: string
    readonly once: string
    readonly notYou: string
  }
  readonly securityAlert: {
    readonly kind: string
    subject(host: string): string
    readonly title: string
    changed(address: string, host: string): string
    reset(address: string, host: string): string
    readonly sessions: string
    notYou(host: string): string
    readonly action: string
  }
  readonly readReceipt: {
    readonly kind: string
    subject(recipient: string): string
    title(recipient: string): string
    readonly lead: string
  }
  readonly recalled: {
    readonly kind: string
    subject(sender: string): string
    title(sender: string): string
    readonly lead: string
  }
  readonly deliveryFailure: {
    readonly kind: string
    /** @param count of recipients. */
    subject(count: number): string
    title(count: number): string
    relayed(count: number): string
    held(count: number): string
    readonly next: string
  }
  readonly deliveryDelay: {
    readonly kind: string
    /** @param count of recipients. */
    subject(count: number): string
    title(count: number): string
    relayed(count: number): string
    held(count: number): string
    /** @param moment when it is given up. */
    until(moment: string): string
  }
  readonly deliverySuccess: {
    readonly kind: string
    /** @param count of recipients. */
    subject(count: number): string
    title(count: number): string
    relayed(count: number): string
    readonly kindHeld: string
    subjectHeld(count: number): string
    titleHeld(count: number): string
    held(count: number): string
  }
}
