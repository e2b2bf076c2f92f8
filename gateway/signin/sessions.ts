import { createHash, randomBytes } from 'node:crypto'
import type { Person } from '../people/index.ts'
import type { Trx } from '../store/index.ts'
import { oneLine } from './attempts.ts'
import type { Context, Visitor } from './context.ts'

/** A session ends after so long without a request, ms. */
export const idleLife = 30 * 60 * 1000
/** A session ends after so long whatever happens, ms. */
export const wholeLife = 12 * 60 * 60 * 1000
/** `seen_at` is written at most this often, ms: not every request shall cost a write. */
const seenEvery = 60 * 1000

export interface Session {
  /** `must-change`: a temporary password was used; nothing but changing it is allowed. */
  readonly state: 'must-change' | 'full'
  readonly person: Person
  /** SHA-256 of the token, hex. Names the session in the store; it does not open it. */
  readonly tokenHash: string
}

/** Makes a session. @returns its token: 256 random bits, base64url, kept nowhere but with the person. */
export async function startSession(
  trx: Trx,
  now: number,
  personId: string,
  stage: Session['state'],
  visitor: Visitor,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await trx
    .insertInto('sessions')
    .values({
      token_hash: hashOf(token),
      person_id: personId,
      stage,
      created_at: now,
      seen_at: now,
      ends_at: now + wholeLife,
      ip: oneLine(visitor.ip, 64),
      agent: oneLine(visitor.agent, 300),
    })
    .execute()
  return token
}

/** Ends all sessions of a person, here and everywhere. @returns how many were there. */
export async function endSessions(trx: Trx, personId: string): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('sessions')
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Whether a person is about to change a temporary password in a session that lives. */
export async function isChanging(trx: Trx, personId: string, now: number): Promise<boolean> {
  const row = await trx
    .selectFrom('sessions')
    .select('token_hash')
    .where('person_id', '=', personId)
    .where('stage', '=', 'must-change')
    .where('ends_at', '>', now)
    .where('seen_at', '>', now - idleLife)
    .executeTakeFirst()
  return row !== undefined
}

/** SHA-256 in hex: the token has 256 random bits, so there is nothing to slow down. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export interface Sessions {
  /** The session of a token, undefined where it is unknown or ended, or the person is disabled. */
  session(token: string): Promise<Session | undefined>
  /** Ends the session of the token, or with `everywhere` every session of its person. */
  signOut(token: string, everywhere: boolean): Promise<void>
}

export function createSessions({ store, now, background }: Context): Sessions {
  /** Sessions whose `seen_at` is being written. */
  const touching = new Set<string>()

  function touch(tokenHash: string, at: number) {
    if (touching.has(tokenHash)) return
    touching.add(tokenHash)
    background.run('noting that a session is alive', () =>
      store
        .write(async (trx) => {
          await trx
            .updateTable('sessions')
            .set({ seen_at: at })
            .where('token_hash', '=', tokenHash)
            .where('seen_at', '<', at)
            .execute()
        })
        .finally(() => touching.delete(tokenHash)),
    )
  }

  const sessions: Sessions = {
    async session(token) {
      const tokenHash = hashOf(token)
      const at = now()
      const row = await store.db
        .selectFrom('sessions')
        .innerJoin('people', 'people.id', 'sessions.person_id')
        .selectAll('people')
        .select(['stage', 'seen_at'])
        .where('token_hash', '=', tokenHash)
        .where('ends_at', '>', at)
        .where('seen_at', '>', at - idleLife)
        .where('disabled_at', 'is', null)
        .executeTakeFirst()
      if (!row) return undefined
      const { stage, seen_at, ...person } = row
      if (at - seen_at >= seenEvery) touch(tokenHash, at)
      return { state: stage, person, tokenHash }
    },

    async signOut(token, everywhere) {
      const session = everywhere ? await sessions.session(token) : undefined
      await store.write(async (trx) => {
        await trx.deleteFrom('sessions').where('token_hash', '=', hashOf(token)).execute()
        if (session) await endSessions(trx, session.person.id)
      })
    },
  }
  return sessions
}
