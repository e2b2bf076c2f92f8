import { common } from '../../portal/en/common.ts'
import { inline } from './inline.ts'
import { options } from './options.ts'
import { page } from './page.ts'
import { pair } from './pair.ts'
import { personal } from './personal.ts'
import { popup } from './popup.ts'
export const en = { ...common, ...page, ...pair, ...popup, ...options, ...inline, ...personal } as const
