/**
 * The content script's part: finds marked links in a webmail's page, wherever they are; shows beside them what the
 * background says of them; opens the portal in the page when a person asks for it; and offers the secure reply where
 * a person begins another one.
 *
 * Runs in every document of the listed sites and of those a person switched on, and in frames of them. When it is off:
 * while the tab is hidden, and where nothing of a webmail is to be found (attention.ts). All its work is done in
 * slices of a few ms when the page is idle; its one observer takes note and does nothing else.
 *
 * Relies on the background for every verdict and every word. Threat: the page, and the mail in it, are hostile; so
 * what is put into the page holds no secret, and a click on it does nothing but open a page of the extension.
 */
export { offerKit } from './kit.ts'
export { createOpener } from './opener.ts'
export { createReplyBar } from './reply-bar.ts'
export { runtimeOf } from './runtime.ts'
export { whenIdle } from './slices.ts'
export { takeOver } from './take-over.ts'
export { startWebmail } from './webmail.ts'
