import { common } from '../../portal/de/common.ts'
import { inline } from './inline.ts'
import { options } from './options.ts'
import { page } from './page.ts'
import { pair } from './pair.ts'
import { personal } from './personal.ts'
import { popup } from './popup.ts'
import type { ExtensionTranslation } from '../words.ts'

export const de = {
  ...common,
  ...page,
  ...pair,
  ...popup,
  ...options,
  ...inline,
  ...personal,
} satisfies ExtensionTranslation
