import type { Portal } from '../context.ts'

const namedAtMost = 6

/** `ann@example.test and anyone at example.org`. */
export function allowedWords(
  t: Portal['t'],
  i18n: Pick<Portal['i18n']['value'], 'list'>,
  allowed: readonly string[],
): string {
  const words = allowed.map((one) =>
    one.startsWith('@') ? t('write.anyone-at', { domain: one.slice(1) }) : one,
  )
  return i18n.list(words.length > namedAtMost ? [...words.slice(0, namedAtMost), '…'] : words)
}
