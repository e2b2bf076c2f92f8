import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { en as pagesEn } from '../../shared/i18n/pages/en.ts'
import { de as pagesDe } from '../../shared/i18n/pages/de.ts'
import { de as extensionDe } from '../../shared/i18n/extension/de/index.ts'
import { en as extensionEn } from '../../shared/i18n/extension/en/index.ts'
import { languages } from '../../shared/i18n/index.ts'
import type { Message } from '../../shared/i18n/index.ts'
import { de as portalDe } from '../../shared/i18n/portal/de/index.ts'
import { en as portalEn } from '../../shared/i18n/portal/en/index.ts'

type Catalogue = Readonly<Record<string, Message>>

const catalogues: readonly { file: string; language: string; english: Catalogue; translated: Catalogue }[] = [
  { file: 'shared/i18n/portal/de', language: 'de', english: portalEn, translated: portalDe },
  { file: 'shared/i18n/extension/de', language: 'de', english: extensionEn, translated: extensionDe },
  { file: 'shared/i18n/pages/de.ts', language: 'de', english: pagesEn, translated: pagesDe },
]

const formsOf = (message: Message): [form: string, text: string][] =>
  typeof message === 'string' ? [['', message]] : Object.entries(message)
const parametersOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

test('every language but English has its catalogues looked at here', () => {
  const translated = new Set(catalogues.map(({ language }) => language))
  expect([...translated, 'en'].sort()).toEqual(Object.keys(languages).sort())
})

describe.each(catalogues)('$file', ({ file, language, english, translated }) => {
  test('has every string that English has', () => {
    const missing = Object.keys(english).filter((key) => !Object.hasOwn(translated, key))
    expect(missing.map((key) => `${key} is missing in ${file}`)).toEqual([])
  })

  test('has no string that English has not', () => {
    const extra = Object.keys(translated).filter((key) => !Object.hasOwn(english, key))
    expect(extra.map((key) => `${key} in ${file} is used nowhere`)).toEqual([])
  })

  test('takes the parameters that English takes', () => {
    const wrong: string[] = []
    for (const [key, message] of Object.entries(english)) {
      const other = translated[key]
      if (other === undefined) continue
      const wanted = parametersOf(typeof message === 'string' ? message : message.other)
      for (const [form, text] of formsOf(other))
        if (parametersOf(text).join() !== wanted.join())
          wrong.push(`${key} ${form}: {${parametersOf(text).join()}}, English has {${wanted.join()}}`)
    }
    expect(wrong).toEqual([])
  })

  test('has every plural form of its language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const missing: string[] = []
    for (const [key, message] of Object.entries(translated))
      if (typeof message !== 'string')
        for (const form of forms) if (message[form] === undefined) missing.push(`${key}: ${form}`)
    expect(missing).toEqual([])
  })

  test('is empty nowhere', () => {
    const empty = Object.entries(translated).filter(([, message]) =>
      formsOf(message).some(([, text]) => text.trim() === ''),
    )
    expect(empty.map(([key]) => key)).toEqual([])
  })
})

test('no string is kept that no screen shows', () => {
  const root = join(import.meta.dirname, '../..')
  const sources = ['shared/portal', 'gateway/web', 'extension', 'shared/i18n/extension']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(root, folder, file),
      ),
    )
    // The catalogues themselves show nothing; `page-words.ts` hands words to the content script.
    .filter((file) => /\.tsx?$/.test(file) && !/i18n\/extension\/(en|de)\//.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  // A key may be put together: `list.empty.${name}.title` stands for every key of that shape.
  const shapes = [...sources.matchAll(/`([a-z-]+\.[^`\s]*\$\{[^`]*)`/g)].map(
    ([, shape = '']) => new RegExp(`^${shape.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[a-zA-Z-]+')}$`),
  )
  const unused = [...Object.keys(portalEn), ...Object.keys(pagesEn), ...Object.keys(extensionEn)].filter(
    (key) => !sources.includes(`'${key}'`) && !shapes.some((shape) => shape.test(key)),
  )
  expect(unused).toEqual([])
})

test('the names that are promised stand on the screens word for word', () => {
  const promised = [
    'Email Address',
    'Next',
    'Cloud',
    'Domain',
    'Password',
    'Log In',
    'New Password',
    'Confirm Password',
    'Confirm',
    'I have forgotten my password',
    'Login issues?',
    'Copy',
    'Download',
    'New Message',
    'Sent',
  ]
  const texts: unknown[] = Object.values(portalEn)
  expect(promised.filter((name) => !texts.includes(name))).toEqual([])
})
