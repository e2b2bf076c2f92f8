import type { Translation } from '../index.ts'
import type { en } from './en/index.ts'

export type PortalWords = typeof en
/** What another language must have. */
export type PortalTranslation = Translation<PortalWords>
