/**
 * Writing: a draft with its recipients, subject, text and files. Relies on the portal's context, shared/ui, and Squire
 * for the text. Promises: what is typed is saved as it is typed, and nothing is lost by an error; text that comes from
 * elsewhere (pasted, quoted) is cleaned before it becomes part of the page.
 */
export { Composer } from './composer.tsx'
