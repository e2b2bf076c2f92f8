import type { Translation } from '../index.ts'
import type { en } from './en/index.ts'

export type ExtensionWords = typeof en
/** What another language must have. */
export type ExtensionTranslation = Translation<ExtensionWords>
