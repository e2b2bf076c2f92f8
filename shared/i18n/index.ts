/**
 * Words, dates and sizes in the reader's language. Relies on Intl alone, so the gateway, the pages and the extension
 * use the same code. Promises: a key or a parameter that does not exist is a type error; a string missing in a
 * language fails tests/unit/i18n-catalogues.test.ts, which says which and where.
 * Catalogues live beside this file: `portal/` (screens) and `notices/` (mail).
 */
export { createFormats, type Formats } from './format.ts'
export { chooseLanguage, directionOf, isLanguage, type Language, languages, regionOf } from './language.ts'
export type { Message, ParameterNames, Plural, Translation } from './message.ts'
export { createI18n, type I18n, type Translate } from './translate.ts'
