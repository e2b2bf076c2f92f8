import type { Settings } from '../protocol.ts'
import { readPolicy } from './policy.ts'
import { Refusal } from './refusal.ts'
import { isRecord } from './records.ts'
import { defaults, readSettings } from './settings-values.ts'
import { createStored } from './stored.ts'
import type { BackgroundBrowser } from './surroundings.ts'

export interface SettingsDesk {
  read(): Promise<Settings>
  /** Rejects with Refusal where policy has set one of them, or where one is nothing we know. */
  change(change: unknown): Promise<Settings>
}

/** The person's settings; what policy has set stands above them and is locked. */
export function createSettings(storage: BackgroundBrowser['storage']): SettingsDesk {
  const own = createStored(storage.local, 'settings', readSettings)
  const read = async (): Promise<Settings> => {
    const { settings } = await readPolicy(storage.managed)
    // The keys of a policy's settings are names of settings.
    const locked = Object.keys(settings) as (keyof Settings)[]
    return { ...defaults, ...(await own.read()), ...settings, locked }
  }
  return {
    read,
    async change(change) {
      const wanted = readSettings(change)
      if (!isRecord(change) || Object.keys(change).some((name) => !(name in wanted))) {
        throw new Refusal('malformed', 'This is no setting.')
      }
      const { locked } = await read()
      if (locked.some((name) => name in wanted)) {
        throw new Refusal('by-policy', 'Your organisation has set this; it can only be changed there.')
      }
      await own.change((now) => ({ ...now, ...wanted }))
      return read()
    },
  }
}
