import type { Settings } from '../protocol.ts'
import { isRecord, isText } from './records.ts'
import { readAddress } from './address.ts'
import { isPattern } from './pattern.ts'
import { isAppearance, isLanguageTag, isPasswords } from './settings-values.ts'
import type { BackgroundBrowser } from './surroundings.ts'

/** What the organisation has set (storage.managed; names and meanings in public/managed-schema.json). */
export interface Policy {
  readonly gateways: readonly PolicyGateway[]
  readonly sites: readonly string[]
  /** False: gateways that a person trusts do not count, and no more can be added. */
  readonly allowPairing: boolean
  readonly settings: Partial<Pick<Settings, 'passwords' | 'unwrap' | 'language' | 'appearance'>>
}

export interface PolicyGateway {
  readonly gateway: string
  /** base64url. */
  readonly rootKey: string
  readonly name: string | null
}

/** Policy as it is now. What is malformed in it counts as not set, but never as more freedom. */
export async function readPolicy(managed: BackgroundBrowser['storage']['managed']): Promise<Policy> {
  // Firefox rejects where there is no policy at all.
  const set: Record<string, unknown> = await managed.get(null).catch(() => ({}))
  return {
    gateways: list(set['gateways']).flatMap(readGateway),
    sites: list(set['sites']).filter((one): one is string => isText(one, 300) && isPattern(one)),
    allowPairing: set['allowPairing'] === undefined || set['allowPairing'] === true,
    settings: {
      ...(set['passwords'] !== undefined && {
        passwords: isPasswords(set['passwords']) ? set['passwords'] : 'window',
      }),
      ...(set['unwrap'] !== undefined && { unwrap: set['unwrap'] === true }),
      ...(isLanguageTag(set['language']) && { language: set['language'] }),
      ...(isAppearance(set['appearance']) && { appearance: set['appearance'] }),
    },
  }
}

function readGateway(value: unknown): PolicyGateway[] {
  if (!isRecord(value) || !isText(value['address'], 300) || !isText(value['rootKey'], 43)) return []
  const gateway = readAddress(value['address'])
  const rootKey = value['rootKey']
  if (gateway === undefined || !/^[A-Za-z0-9_-]{43}$/.test(rootKey)) return []
  const name = isText(value['name'], 100) && value['name'].trim() !== '' ? value['name'].trim() : null
  return [{ gateway, rootKey, name }]
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
