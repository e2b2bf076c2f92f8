import { browserOf } from '../agent.ts'
import { isolate } from '../clean.ts'
import type { Letter } from '../letter.ts'
import { type Setting, common } from './setting.ts'

/** Tells a person that their password is another one now, so that a thief cannot do it quietly. */
export function securityAlert(
  setting: Setting,
  alert: { address: string; what: 'password-changed' | 'password-reset'; at: number; agent: string },
): Letter {
  const { words, host } = setting
  const { labels, securityAlert: say } = words
  const address = isolate(alert.address)
  const lead = alert.what === 'password-reset' ? say.reset(address, host) : say.changed(address, host)
  const agent = browserOf(alert.agent)
  const browser =
    agent?.system === undefined
      ? (agent?.browser ?? words.unknownBrowser)
      : words.browserOn(agent.browser, agent.system)
  return {
    ...common(setting, alert.address),
    kind: say.kind,
    subject: say.subject(host),
    title: say.title,
    preview: lead,
    lead: [lead, say.sessions],
    facts: [
      { label: labels.when, value: setting.moment(alert.at) },
      { label: labels.browser, value: browser },
      { label: labels.portal, value: host },
    ],
    action: { label: say.action, url: new URL('/portal', setting.origin).href },
    advice: [say.notYou(host)],
    footer: [...common(setting, alert.address).footer, words.neverAsk],
  }
}
