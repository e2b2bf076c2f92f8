import type { Site } from '../protocol.ts'
import { isPattern, matches } from './pattern.ts'
import { readPolicy } from './policy.ts'
import { Refusal } from './refusal.ts'
import { isRecord, isText, readRecord, without } from './records.ts'
import { createStored } from './stored.ts'
import type { Surroundings } from './surroundings.ts'

export interface Sites {
  list(): Promise<readonly Site[]>
  switch(pattern: string, on: boolean): Promise<readonly Site[]>
  /** Whether to run on a page. @param places its addresses, the one that decides first. */
  isOn(places: readonly string[]): Promise<boolean>
  /**
   * Switches on what the browser was just allowed: a person wants us there, in the popup (which the browser may have
   * closed over its own question) or in the browser's own settings.
   * @param added as `permissions.onAdded` tells it.
   */
  allowed(added: unknown): Promise<void>
  /** Registers the content script on the sites that are switched on, and nowhere else. */
  register(): Promise<void>
}

/** Where the extension runs: the default list, what policy adds, and what the person switched on or off. */
export function createSites(given: Pick<Surroundings, 'browser' | 'defaultSites' | 'contentScript'>): Sites {
  const { browser, defaultSites } = given
  const wishes = createStored(browser.storage.local, 'sites', (value) =>
    readRecord(value, (one) => (typeof one === 'boolean' ? one : undefined)),
  )
  const permitted = (pattern: string) => browser.permissions.contains({ origins: [pattern] })

  const list = async (): Promise<readonly Site[]> => {
    const [wished, policy] = await Promise.all([wishes.read(), readPolicy(browser.storage.managed)])
    const known = new Map<string, Site['by']>()
    for (const pattern of policy.sites) known.set(pattern, 'policy')
    for (const pattern of defaultSites) if (!known.has(pattern)) known.set(pattern, 'default')
    for (const pattern of Object.keys(wished)) if (!known.has(pattern)) known.set(pattern, 'person')
    return Promise.all(
      Array.from(known, async ([pattern, by]) => {
        const wanted = by === 'policy' || (wished[pattern] ?? by === 'default')
        // Without the browser's permission (Firefox gives none at install) nothing runs, whatever is wanted.
        return { pattern, by, on: wanted && (await permitted(pattern)) }
      }),
    )
  }

  const register = async () => {
    const known = await list()
    const running = (await browser.scripting.getRegisteredContentScripts()).map(({ id }) => id)
    // The manifest's own sites have the script already; twice on a page would be two of us.
    const wanted = known.filter(({ pattern, on }) => on && !defaultSites.includes(pattern))
    const gone = running.filter((id) => !wanted.some(({ pattern }) => idOf(pattern) === id))
    const added = wanted.filter(({ pattern }) => !running.includes(idOf(pattern)))
    if (gone.length > 0) await browser.scripting.unregisterContentScripts({ ids: gone })
    if (added.length === 0) return
    await browser.scripting.registerContentScripts(
      added.map(({ pattern }) => ({
        id: idOf(pattern),
        matches: [pattern],
        js: [given.contentScript],
        allFrames: true,
        matchOriginAsFallback: true,
        persistAcrossSessions: true,
        runAt: 'document_idle' as const,
      })),
    )
  }
  // Two at once would register the same script twice, which browsers refuse.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = () => {
    const done = last.then(register)
    last = done.catch(() => undefined)
    return done
  }

  return {
    list,
    register: inTurn,
    async switch(pattern, on) {
      if (!isPattern(pattern)) throw new Refusal('malformed', 'This is no site.')
      const known = (await list()).find((one) => one.pattern === pattern)
      if (known?.by === 'policy') throw new Refusal('by-policy', 'Your organisation decides about this site.')
      if (on && !(await permitted(pattern))) {
        throw new Refusal('permission-missing', 'The browser has not been asked for this site.')
      }
      // One of the person's own that is off is forgotten: nothing is left to list.
      const forget = !on && known?.by !== 'default'
      await wishes.change((now) => (forget ? without(now, pattern) : { ...now, [pattern]: on }))
      await inTurn()
      return list()
    },
    async allowed(added) {
      const origins = isRecord(added) && Array.isArray(added['origins']) ? added['origins'] : []
      const fresh = origins.filter((one): one is string => isText(one, 300) && isPattern(one))
      if (fresh.length > 0)
        await wishes.change((now) => ({ ...now, ...Object.fromEntries(fresh.map((one) => [one, true])) }))
      await inTurn()
    },
    async isOn(places) {
      const known = await list()
      for (const place of places) {
        const on = known.filter(({ pattern }) => matches(pattern, place))
        // Off counts where two patterns hold the same page: switching off is the stronger wish.
        if (on.length > 0) return on.every((one) => one.on)
      }
      return false
    },
  }
}

function idOf(pattern: string): string {
  return `site ${pattern}`
}
