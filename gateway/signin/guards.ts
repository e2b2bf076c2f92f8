import type { Trx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Limit, type Rule, giveBack, note, noted, take } from './limits.ts'
import { networkOf } from './network.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

/** How long a network from which somebody signed in counts as theirs, ms. */
export const knownFor = 90 * day

/** Failures of one person from one network: what a person who mistypes meets, so the first five cost nothing. */
const pair: Rule = {
  kind: 'back-off',
  free: 5,
  first: 30 * second,
  longest: 15 * minute,
  forget: 15 * minute,
}
/** Failures of one person from everywhere: at most about 100 guesses a day (NIST SP 800-63B section 3.2.2). */
const person: Rule = {
  kind: 'back-off',
  free: 10,
  first: 30 * second,
  longest: 15 * minute,
  forget: 15 * minute,
}
/** Failures from one network, which may be a whole office behind one address. */
const network: Rule = { kind: 'bucket', size: 50, refill: 30 * second }
/** Failures of everybody: slows down guessing one password at many people from many networks. */
const overall: Rule = { kind: 'bucket', size: 1000, refill: second }

/** Mails with a new password that one mailbox can be sent: 3 at once, then one in 20 minutes. */
const mailbox: Rule = { kind: 'bucket', size: 3, refill: 20 * minute }
const asking: Rule = { kind: 'bucket', size: 20, refill: minute }
const logging: Rule = { kind: 'bucket', size: 60, refill: 10 * second }

/** The limits of this part. None shuts anybody out for good; all survive a restart. */
export interface Guards {
  /**
   * Counts an attempt to sign in as a failure before it is made. @returns 0, or the ms to wait. From a network
   * where the person signed in before only its own failures count, so that nobody else can shut the person out.
   */
  attempt(trx: Trx, now: number, address: string, ip: string): Promise<number>
  /** It succeeded: forgives it, and what this person failed from here before. The network is known from now on. */
  succeeded(trx: Trx, now: number, address: string, ip: string): Promise<void>
  /**
   * True once an hour for a person and network: a mail program that signs in for each message need not fill the
   * log with its successes.
   */
  firstThisHour(trx: Trx, now: number, address: string, ip: string): Promise<boolean>
  /** The person proved to have the mailbox: they may sign in from here whatever others do. */
  proved(trx: Trx, now: number, address: string, ip: string): Promise<void>
  /** Counts a mail with a new password to this address. */
  mail(trx: Trx, now: number, address: string): Promise<number>
  /** Counts what anybody may ask without signing in (forgotten password, login issues). */
  question(trx: Trx, now: number, ip: string): Promise<number>
  /** Counts a refused attempt; where it says to wait, no more of them are written down. */
  refused(trx: Trx, now: number, ip: string): Promise<number>
}

export function createGuards(vault: Vault): Guards {
  const key = (what: string, ...whom: string[]) =>
    `${what}:${vault.mac('limit', whom.join('|')).toString('hex').slice(0, 32)}`
  const limits = (address: string, ip: string) => ({
    pair: { key: key('pair', address, networkOf(ip)), rule: pair } satisfies Limit,
    person: { key: key('person', address), rule: person } satisfies Limit,
    network: { key: key('network', networkOf(ip)), rule: network } satisfies Limit,
    overall: { key: 'overall:', rule: overall } satisfies Limit,
  })
  const knownKey = (address: string, ip: string) => key('known', address, networkOf(ip))
  /** Whether the person signed in from this network before. */
  async function isKnown(trx: Trx, now: number, address: string, ip: string): Promise<boolean> {
    const last = await noted(trx, knownKey(address, ip))
    return last !== undefined && last > now - knownFor
  }

  return {
    async attempt(trx, now, address, ip) {
      const on = limits(address, ip)
      const known = await isKnown(trx, now, address, ip)
      return take(trx, now, known ? [on.pair] : [on.pair, on.person, on.network, on.overall])
    },
    async succeeded(trx, now, address, ip) {
      const on = limits(address, ip)
      const own = await giveBack(trx, now, on.pair)
      if (!(await isKnown(trx, now, address, ip))) {
        for (const limit of [on.person, on.network, on.overall]) await giveBack(trx, now, limit, own)
      }
      await note(trx, knownKey(address, ip), now)
    },
    async firstThisHour(trx, now, address, ip) {
      const once = key('smtp', address, networkOf(ip))
      const last = await noted(trx, once)
      if (last !== undefined && last > now - 60 * minute) return false
      await note(trx, once, now)
      return true
    },
    async proved(trx, now, address, ip) {
      await giveBack(trx, now, limits(address, ip).pair)
      await note(trx, knownKey(address, ip), now)
    },
    mail: (trx, now, address) => take(trx, now, [{ key: key('mail', address), rule: mailbox }]),
    question: (trx, now, ip) => take(trx, now, [{ key: key('question', networkOf(ip)), rule: asking }]),
    refused: (trx, now, ip) => take(trx, now, [{ key: key('refused', networkOf(ip)), rule: logging }]),
  }
}
