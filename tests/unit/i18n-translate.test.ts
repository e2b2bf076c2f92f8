import { expect, test } from 'vitest'
import { chooseLanguage, createI18n, directionOf, regionOf } from '../../shared/i18n/index.ts'

const words = {
  plain: 'Inbox',
  with: 'From {sender} to {reader}',
  files: { one: '{count} file', other: '{count} files' },
} as const
const zone = 'Europe/Berlin'
const en = createI18n('en', words, { region: 'en-GB', zone })

test('puts the parameters into the words', () => {
  expect(en.t('plain')).toBe('Inbox')
  expect(en.t('with', { sender: 'Ann', reader: 'Bo' })).toBe('From Ann to Bo')
})

test('does not take what a person wrote for a parameter of its own', () => {
  expect(en.t('with', { sender: '{reader}', reader: 'Bo' })).toBe('From {reader} to Bo')
})

test('chooses the plural form of the language', () => {
  expect(en.t('files', { count: 1 })).toBe('1 file')
  expect(en.t('files', { count: 2 })).toBe('2 files')
  expect(en.t('files', { count: 1200 })).toBe('1,200 files')
  const polish = {
    files: { one: '{count} plik', few: '{count} pliki', many: '{count} plików', other: '{count} pliku' },
  }
  const pl = createI18n('pl', polish)
  expect([1, 3, 5, 22].map((count) => pl.t('files', { count }))).toEqual([
    '1 plik',
    '3 pliki',
    '5 plików',
    '22 pliki',
  ])
})

test('keeps things other than words in their place', () => {
  const name = { bold: 'Ann' }
  expect(en.parts('with', { sender: name, reader: 'Bo' })).toEqual(['From ', name, ' to ', 'Bo'])
})

test('lists show the time today, the day this year, and else the year', () => {
  const now = Date.parse('2026-11-21T09:00:00Z')
  expect(en.listDate(Date.parse('2026-11-20T23:30:00Z'), now)).toBe('00:30')
  expect(en.listDate(Date.parse('2026-11-20T22:30:00Z'), now)).toBe('20 Nov')
  expect(en.listDate(Date.parse('2025-11-20T22:30:00Z'), now)).toBe('20 Nov 2025')
})

test('support gets the zone with the time', () => {
  expect(en.exactDate(Date.parse('2026-11-21T09:00:05Z'))).toMatch(/21 Nov 2026.*10:00:05 GMT\+01:00/)
})

test('says how far away a moment is in the largest whole unit', () => {
  const now = Date.parse('2026-11-21T09:00:00Z')
  const hour = 3_600_000
  expect(en.relative(now + 30 * hour, now)).toBe('tomorrow')
  expect(en.relative(now + 80 * hour, now)).toBe('in 3 days')
  expect(en.relative(now - 2 * hour, now)).toBe('2 hours ago')
  expect(en.relative(now + 10_000, now)).toBe('this minute')
})

test('sizes are written as people read them', () => {
  expect([0, 1, 999, 1500, 20_000_000, 3_140_000_000].map((bytes) => en.size(bytes))).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.5 kB',
    '20 MB',
    '3.1 GB',
  ])
})

test('the first wish that can be met decides the language', () => {
  expect(chooseLanguage([null, 'fr-CA', 'de-AT', 'en'])).toBe('de')
  expect(chooseLanguage(['tlh'])).toBe('en')
  expect(chooseLanguage([])).toBe('en')
  expect(regionOf('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(regionOf('de', ['en-GB'])).toBe('de')
})

test('Arabic and Hebrew run from right to left', () => {
  expect(['ar', 'ar-EG', 'he', 'de', 'ja'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'ltr', 'ltr'])
})
