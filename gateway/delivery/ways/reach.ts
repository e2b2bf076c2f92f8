import { type Verdict, channelName, demandsTls, judge } from './channel.ts'
import { type Candidate, type Hop, isTrouble } from './hop.ts'
import { loop } from './mail-exchangers.ts'
import type { Pool } from './pool.ts'
import { isThisMachine } from './smart-host.ts'
import { type Patience, type Session, SmtpTrouble, connect, messageOf, serverName } from './smtp/index.ts'
import type { Trouble } from './trouble.ts'

/** What a message asks of the channel, beside what its destination asks. */
export interface Wish {
  /** Verified, or not at all. */
  readonly verified: boolean
  /** The next server passes the wish on (RFC 8689). */
  readonly requireTls: boolean
  /** Rather in clear than not at all. */
  readonly lenient: boolean
}

export interface Reached {
  readonly session: Session
  /** Under which it is given back. */
  readonly key: string
  readonly verdict: Verdict
  readonly reused: boolean
}

/** Servers tried at most in one attempt. */
const mostTries = 12
/** ms for which a server that could not be reached comes last: each try may cost half a minute. */
const rest = 60_000
/** Servers that rest. */
const mostResting = 10_000

/** Finds a server of a hop that may be given a message, and a connection to it: a used one where there is one. */
export function createReach({
  pool,
  hostname,
  patience,
  now,
}: {
  pool: Pool
  /** What EHLO says. */
  hostname: string
  patience: Partial<Patience> | undefined
  now: () => number
}): (hop: Hop, wish: Wish, fresh: boolean) => Promise<Reached | readonly Trouble[]> {
  const resting = new Map<string, number>()
  const signal = pool.cutting

  return async (hop, wish, fresh) => {
    const troubles: Trouble[] = []
    const later: Candidate[] = []
    let tries = 0
    for await (const one of hop.candidates(wish.lenient)) {
      if (isTrouble(one)) troubles.push(one)
      else if ((resting.get(place(one)) ?? 0) > now()) later.push(one)
      else {
        const reached = await attempt(one)
        if (reached) return reached
        if (tries >= mostTries || signal.aborted) break
      }
    }
    for (const one of later) {
      const reached = tries < mostTries && !signal.aborted && (await attempt(one))
      if (reached) return reached
    }
    return troubles

    async function attempt(candidate: Candidate): Promise<Reached | undefined> {
      const key = `${hop.destination} ${candidate.peer.host} ${place(candidate)}`
      try {
        let kept: Session | undefined
        while (!fresh && (kept = await pool.take(key))) {
          const verdict = judge(kept, candidate.policy, now())
          if (!refusal(kept, verdict, wish)) return { session: kept, key, verdict, reused: true }
          // It was set up for mail that asks for less.
          kept.quit()
          pool.give(key, kept)
        }
        tries++
        return { ...(await open(candidate, key, false)), key, reused: false }
      } catch (error) {
        if (error instanceof TurnedAway) return attempt(candidate)
        troubles.push(toTrouble(error, candidate))
        return undefined
      }
    }

    /**
     * Connects, judges, signs in. Rejects with Refused, TurnedAway or SmtpTrouble.
     * @param anew an access token was refused.
     */
    async function open(
      candidate: Candidate,
      key: string,
      anew: boolean,
    ): Promise<Pick<Reached, 'session' | 'verdict'>> {
      const session = await connectTo(candidate, key)
      try {
        const verdict = judge(session, candidate.policy, now())
        const why = refusal(session, verdict, wish)
        if (why) throw new Refused(why)
        if (!hop.named && session.greets === hostname.toLowerCase()) {
          throw new Refused(loop(hop.destination.replace('mx:', '')))
        }
        await signIn(session, candidate, anew)
        return { session, verdict }
      } catch (error) {
        session.quit()
        pool.give('', session)
        const stale = error instanceof SmtpTrouble && error.stage === 'auth' && candidate.login?.renewable
        if (stale && !anew) return await open(candidate, key, true)
        throw error
      }
    }

    async function connectTo(candidate: Candidate, key: string): Promise<Session> {
      const making = pool.make(key)
      try {
        const session = await connected(candidate)
        making.made(session)
        return session
      } catch (error) {
        // It answered, and not with 220: most often it takes no more connections than it has.
        const turnedAway =
          error instanceof SmtpTrouble && error.stage === 'greeting' && error.status === '4.3.2'
        if (!turnedAway) making.failed()
        else if (making.refused(error) && !fresh) throw new TurnedAway()
        throw error
      }
    }

    /** TLS where it is offered; where it does not come about and nobody asks for it, without. */
    async function connected({ peer, policy }: Candidate): Promise<Session> {
      const needed = peer.tls === 'implicit' || wish.verified || (demandsTls(policy) && !wish.lenient)
      try {
        const session = await connect({ ...peer, hostname, patience, signal })
        resting.delete(place({ peer }))
        return session
      } catch (error) {
        if (needed || !(error instanceof SmtpTrouble) || error.stage !== 'tls') throw error
        return await connect({ ...peer, tls: 'never', hostname, patience, signal })
      }
    }

    async function signIn(session: Session, { login, peer }: Candidate, anew: boolean): Promise<void> {
      if (!login) return
      if (!session.secured && !isThisMachine(peer.host)) {
        throw new SmtpTrouble('tls', 'it offers no TLS, and a password is not sent in clear', '4.7.0')
      }
      await session.signIn(await login.get(anew))
    }

    function toTrouble(error: unknown, { peer }: Candidate): Trouble {
      if (error instanceof Refused) return error.trouble
      const server = serverName(peer)
      if (!(error instanceof SmtpTrouble)) throw error
      if (error.stage === 'connect') {
        resting.set(place({ peer }), now() + rest)
        const [oldest] = resting.keys()
        if (resting.size > mostResting && oldest !== undefined) resting.delete(oldest)
      }
      const kind = error.stage === 'tls' ? 'policy' : 'temporary'
      return { kind, status: error.status, reply: `${server}: ${messageOf(error)}.`, server }
    }
  }
}

/** It answers, and will not do. */
class Refused extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble) {
    super(trouble.reply)
    this.trouble = trouble
  }
}

/** It takes no more connections than it has, and one of them is to be waited for. */
class TurnedAway extends Error {}

/** Why a message can't go over a connection; undefined where it can. */
function refusal(session: Session, verdict: Verdict, wish: Wish): Trouble | undefined {
  const { server } = session
  const about = { server, channel: channelName(session, verdict) }
  const lacking = { kind: 'policy' as const, reply: `${server}: ${verdict.missing}.`, ...about }
  if (wish.verified && verdict.verified === undefined) {
    return { ...lacking, status: wish.requireTls ? '5.7.30' : '5.7.10' }
  }
  if (wish.requireTls && !session.offers.requireTls) {
    const reply = `${server}: it does not offer REQUIRETLS.`
    return { kind: 'policy', status: '5.7.30', reply, ...about }
  }
  if (!verdict.allowed && !wish.lenient) return { ...lacking, status: '4.7.5' }
  return undefined
}

function place({ peer }: Pick<Candidate, 'peer'>): string {
  return `${peer.address} ${peer.port}`
}
