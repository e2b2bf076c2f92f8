import { directionOf, type Language } from '../index.ts'
import { page as de } from './de/page.ts'
import { page as en } from './en/page.ts'

/** Every language's, at once: a background can't fetch (`import()` is refused in a service worker). */
const sections: Readonly<Record<Language, Readonly<Record<keyof typeof en, string>>>> = { en, de }

/** The words of the content script in a language, as plain strings: `PageWords` of extension/protocol.ts. */
export function pageWords(language: Language) {
  const words = sections[language]
  return {
    language,
    direction: directionOf(language),
    genuine: words['page.genuine'],
    expired: words['page.expired'],
    lookAlike: words['page.look-alike'],
    unknown: words['page.unknown'],
    genuineTitle: words['page.genuine-title'],
    lookAlikeTitle: words['page.look-alike-title'],
    notSignedTitle: words['page.not-signed-title'],
    unknownTitle: words['page.unknown-title'],
    unknownCodeTitle: words['page.unknown-code-title'],
    replyOffer: words['page.reply-offer'],
    replyAnswer: words['page.reply-answer'],
    replyDismiss: words['page.reply-dismiss'],
    frameTitle: words['page.frame-title'],
  }
}
