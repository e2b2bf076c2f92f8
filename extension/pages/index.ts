/**
 * What the extension's pages share: questions to the background, language and appearance of a page, the person's own
 * picture and phrase. Relies on Preact, shared/ui and the words of shared/i18n/extension; on no browser API (the way
 * to the background comes in). Promises: nothing here holds a token, and the picture and the phrase go nowhere but
 * to the background.
 */
export { type Ask, AskError, createAsk } from './ask.ts'
export {
  createPage,
  type ExtensionPage,
  PageContext,
  type PageOptions,
  type SettingsChange,
  usePage,
} from './page.ts'
export { PersonalCard } from './personal-card.tsx'
export { PersonalChoice } from './personal-choice.tsx'
export { isPictureName, Picture, type PictureName, pictureNames } from './pictures.tsx'
export { suggestPersonal } from './suggest-personal.ts'
export { hostOf, isOn, patternFromText, patternOf } from './site-pattern.ts'
export { randomBelow } from './random-below.ts'
