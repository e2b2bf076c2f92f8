import type { Personal, Settings } from '../protocol.ts'
import { isRecord, isText } from './records.ts'

/** What each setting may be. */

export const defaults: Omit<Settings, 'locked'> = {
  language: null,
  appearance: 'system',
  passwords: 'inline',
  unwrap: true,
  personal: null,
}

export function isAppearance(value: unknown): value is Settings['appearance'] {
  return value === 'system' || value === 'light' || value === 'dark'
}

export function isPasswords(value: unknown): value is Settings['passwords'] {
  return value === 'inline' || value === 'window'
}

export function isLanguageTag(value: unknown): value is string {
  return isText(value, 35) && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value)
}

function readPersonal(value: unknown): Personal | undefined {
  if (!isRecord(value)) return undefined
  const { picture, phrase } = value
  return isText(picture, 40) && /^[a-z-]+$/.test(picture) && isText(phrase, 100)
    ? { picture, phrase }
    : undefined
}

/** The settings among a record's fields that are what they may be; others are left out. */
export function readSettings(value: unknown): Partial<Omit<Settings, 'locked'>> {
  if (!isRecord(value)) return {}
  const { language, appearance, passwords, unwrap } = value
  const personal = readPersonal(value['personal'])
  return {
    ...((language === null || isLanguageTag(language)) && { language }),
    ...(isAppearance(appearance) && { appearance }),
    ...(isPasswords(passwords) && { passwords }),
    ...(typeof unwrap === 'boolean' && { unwrap }),
    ...(value['personal'] === null && { personal: null }),
    ...(personal && { personal }),
  }
}
