import type { Admitted } from '../protocol.ts'
import { hostOf } from './address.ts'
import type { Entry } from './entry.ts'
import { isRecord } from './records.ts'
import type { Resumes } from './resumes.ts'
import type { Asker } from './senders.ts'
import type { SettingsDesk } from './settings.ts'
import type { Tickets } from './tickets.ts'
import type { Trust } from './trust.ts'

export interface Admittance {
  readonly entry: Entry
  readonly admitted: Admitted
  readonly resume: string
}

/** Decides whether a portal page may show anything: by a ticket that was never used, or as one that was here before. */
export function createAdmission(given: {
  readonly tickets: Pick<Tickets<Entry>, 'admit'>
  readonly resumes: Resumes
  readonly trust: Trust
  readonly settings: SettingsDesk
}): (admission: unknown, asker: Asker | undefined) => Promise<Admittance | undefined> {
  const { tickets, resumes, trust, settings } = given
  return async (admission, asker) => {
    if (!isRecord(admission) || asker?.kind !== 'own' || asker.page !== 'portal' || !asker.place)
      return undefined
    const { nonce, resume } = admission
    const entry =
      typeof resume === 'string'
        ? await resumes.find(resume, asker.place)
        : (await tickets.admit(nonce, asker))?.grant
    if (!entry) return undefined
    const admitted = await shown(entry, { trust, settings })
    if (!admitted) return undefined
    return {
      entry,
      admitted,
      resume: typeof resume === 'string' ? resume : await resumes.issue(entry, asker.place),
    }
  }
}

/** Undefined where the gateway is no longer trusted. */
async function shown(
  entry: Entry,
  { trust, settings }: { readonly trust: Trust; readonly settings: SettingsDesk },
): Promise<Admitted | undefined> {
  const of = { place: entry.place, settings: await settings.read() }
  if (entry.show === 'verdict') return { show: 'verdict', verdict: entry.verdict, ...of }
  const { gateway, path, purpose } = entry
  const pinned = await trust.find(gateway)
  return pinned && { show: 'portal', gateway, host: hostOf(gateway), name: pinned.name, path, purpose, ...of }
}
