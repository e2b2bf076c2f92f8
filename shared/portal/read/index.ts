/**
 * Reading: one message with its header, body, pictures and attachments. Relies on the portal's context (client, words,
 * lists) and shared/ui; cleans HTML with DOMPurify, last, in the reader's browser.
 * Promises: nothing of a message's HTML is ever an element of the portal's own page (frames without scripts and without
 * the portal's origin, tests/e2e/render-oracle.test.ts); nothing is fetched from elsewhere before the person asks, and
 * then by the gateway; a message is opened, and so counts as read, only because a person went to it.
 */
export { MessagePane } from './message-pane.tsx'
export { MessageFrame } from './message-frame.tsx'
export { cleanMessage, NotShowable } from './clean.ts'
export { frameDocument } from './frame-document.ts'
