import { portalPort } from '../protocol.ts'
import { createAdmission } from './admission.ts'
import { createCalls } from './calls.ts'
import { createCount } from './count.ts'
import type { Entry } from './entry.ts'
import { createJudging } from './judging.ts'
import { createLanguages } from './languages.ts'
import { createAnswers } from './messages.ts'
import { ownHandlers } from './own-requests.ts'
import { pageHandlers } from './page-requests.ts'
import { createPairing } from './pairing.ts'
import { servePort } from './portal-port.ts'
import { createKit } from './kit.ts'
import { createProbe } from './probe.ts'
import { createReplies } from './replies.ts'
import { createResumes } from './resumes.ts'
import { askerOf } from './senders.ts'
import { createSessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import { createSignOut } from './sign-out.ts'
import { createSites } from './sites.ts'
import type { Surroundings } from './surroundings.ts'
import { createTickets } from './tickets.ts'
import { createTrust } from './trust.ts'
import { createWaiting } from './waiting.ts'
import { createWindows } from './windows.ts'

/** Managed values come one by one while a policy is loaded; ms. */
const policySettles = 127

/**
 * Puts the background together and hears what the browser says. Every listener is there before the first wait: the
 * browser wakes a sleeping worker for an event, and gives it to whoever listens by then.
 */
export function startBackground(given: Surroundings): void {
  const { browser, later, now, random } = given
  const { session } = browser.storage
  const self = { id: browser.runtime.id, base: browser.runtime.getURL('') }

  const settings = createSettings(browser.storage)
  const languages = createLanguages(settings, given)
  const trust = createTrust(given)
  const sessions = createSessions(session, () => count.refresh())
  const calls = createCalls(trust, sessions, given)
  const waiting = createWaiting(trust, sessions, calls)
  const count = createCount(waiting, languages, given)
  const replies = createReplies(trust, given)
  const framePage = browser.runtime.getURL('/portal.html')
  const tickets = createTickets<Entry>({ now, random, framePage, base: self.base })
  const windows = createWindows(given, tickets)
  const resumes = createResumes(given)
  const sites = createSites(given)
  const admit = createAdmission({ tickets, resumes, trust, settings })
  const judging = createJudging({ trust, replies, session, now, found: () => count.refresh() })
  const answers = createAnswers(
    pageHandlers({
      sites,
      settings,
      languages,
      judging,
      replies,
      tickets,
      windows,
      probe: createProbe(given),
      kit: createKit(given),
    }),
    ownHandlers({
      settings,
      trust,
      pairing: createPairing(trust, given),
      sessions,
      waiting,
      windows,
      signOut: createSignOut(sessions, calls),
      sites,
      count,
    }),
  )

  /** What hangs on trust, after it changed by other hands. */
  const follow = async () => {
    const trusted = (await trust.list()).map(({ gateway }) => gateway)
    await Promise.all([sessions.endAllBut(trusted), resumes.endGateways(trusted)])
    count.refresh()
  }
  /** Work that nobody waits for: what fails now is done at the next occasion. */
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined)
  let settling = false
  const followPolicy = () => {
    if (settling) return
    settling = true
    later(policySettles, () => {
      settling = false
      quietly(Promise.all([follow(), sites.register()]))
    })
  }

  browser.runtime.onMessage.addListener((message, sender, answer) => {
    void answers(message, askerOf(sender, self)).then(answer)
    return true
  })
  browser.runtime.onConnect.addListener((port) => {
    const asker = port.sender && askerOf(port.sender, self)
    if (port.name !== portalPort || asker?.kind !== 'own') {
      port.disconnect()
      return
    }
    servePort(port, (admission) => admit(admission, asker), {
      calls,
      openWindow: (gateway, path) =>
        windows.open({ show: 'portal', place: 'window', gateway, path, purpose: 'read' }),
      openPairing: (gateway) => windows.openPage(`/options.html#pair=${encodeURIComponent(gateway)}`),
      closed: () => count.refresh(),
    })
  })
  browser.tabs.onRemoved.addListener((tab) => quietly(Promise.all([windows.end(tab), resumes.end(tab)])))
  browser.storage.onChanged.addListener((changes, area) => {
    if (area === 'managed') followPolicy()
    else if (area === 'local' && 'trust' in changes) quietly(follow())
  })
  browser.permissions.onAdded.addListener((added) => quietly(sites.allowed(added)))
  browser.permissions.onRemoved.addListener(() => quietly(sites.register()))
  for (const event of [browser.runtime.onInstalled, browser.runtime.onStartup]) {
    event.addListener(() => quietly(Promise.all([sites.register(), follow()])))
  }
}
