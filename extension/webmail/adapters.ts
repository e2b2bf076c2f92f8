/**
 * What is known of each webmail, as data. Links are found without any of it; this only says what is a mail's body, so
 * that the portal stands outside of it and is looked at first, and what is a form in which a mail is written. Chosen
 * by what is in the page, never by its address: a test page, a company's own host and the real thing are treated
 * alike, and a page that imitates the marks gains nothing but the place of a badge.
 *
 * Sources: reference/webmail.md section 2, but what is marked [I], which is inferred. Pages with expected counts:
 * tests/fixtures/webmails. Kept bare, for it is in every page: [bodies, forms].
 */
const adapters: Readonly<Record<string, readonly [body: string, compose?: string]>> = {
  gmail: ['div.ii.gt,div.a3s', 'div.M9,form.bAs'],
  // The label is localised; the class is that of every body that Outlook has cleaned. Compose: [I].
  outlook: [
    '[id^="UniqueMessageBody"],[role="document"][aria-label="Message body"],[class^="rps_"]',
    '[data-app-section="ComposeForm"]',
  ],
  // Compose: [I].
  yahoo: ['[data-test-id="message-view-body-content"]', '[data-test-id="compose"]'],
  // An about:blank frame without scripts. Our content script works in it; the portal stands before the frame, in the
  // document around it. Compose: [I].
  proton: ['iframe[data-testid="content-iframe"]', '.composer'],
  // A frame of another origin: nothing of ours can reach the document around it without telling the page. So the
  // portal stands in the frame, before the body, and goes into a window where that leaves it no room.
  icloud: ['.mail-message-defaults'],
  // Weak. Compose: [I].
  fastmail: ['.v-Message-body', '.v-Compose'],
  // [I]
  zoho: ['.zmMailBody,.zmail_extra'],
  // GMX and mail.com: the body is the whole document of a frame of another host, so there is nothing to select; the
  // portal stands at its top.
  // The frame is as high as the pane and scrolls, so the portal stands in it, before the body, and may grow.
  roundcube: ['#messagebody,div.message-htmlpart,div.message-part', '#compose-content'],
  // Plain text and compose: [I].
  sogo: ['div.mailer_htmlcontent,div.mailer_plaincontent', '.sg-mail-editor'],
  // Its frame is as high as its content: the portal stands before it. Compose: [I].
  zimbra: ['iframe[id$="__body__iframe"]', '.ZmComposeView'],
}

const all = (which: 0 | 1): string[] => Object.values(adapters).flatMap((adapter) => adapter[which] ?? [])

/** Bodies of mails, of every webmail. Asked one after the other where a document is looked through for them. */
export const bodySelectors = /* @__PURE__ */ all(0)
export const bodySelector = /* @__PURE__ */ bodySelectors.join()

/** Forms in which a mail is written, of every webmail, and what they have in common elsewhere. */
export const composeSelector = /* @__PURE__ */ (() => `${all(1).join()},form,dialog,[role="dialog"]`)()
