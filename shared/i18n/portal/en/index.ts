import { common } from './common.ts'
import { list } from './list.ts'
import { read } from './read.ts'
import { shell } from './shell.ts'
import { signIn } from './sign-in.ts'
import { write } from './write.ts'
export const en = { ...common, ...list, ...read, ...shell, ...signIn, ...write } as const
