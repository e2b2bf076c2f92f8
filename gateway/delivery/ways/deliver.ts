import type { Logger } from 'pino'
import type { Row } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { channelName } from './channel.ts'
import { wantsNoTls } from '../content-facts.ts'
import type { NewRecipient } from '../dispatch.ts'
import type { Hop } from './hop.ts'
import { writeLetter } from './letter.ts'
import { outcomeOf, wasDead } from './outcome.ts'
import type { Pool } from './pool.ts'
import { processedField } from '../processed.ts'
import type { Reached, Wish, createReach } from './reach.ts'
import type { DispatchContent, Outcome } from '../transport.ts'
import { outcomesOfTroubles } from './trouble.ts'

/** One message for some people whose mail goes the same way. */
export interface Consignment {
  readonly dispatch: Row<'dispatches'>
  readonly recipients: readonly NewRecipient[]
  readonly content: DispatchContent
}

/**
 * Gives a message to a server of a hop, over a channel that is as the message and the destination ask.
 * Resolves to an outcome for each recipient; rejects where the message can't be read.
 */
export function createDeliver({
  reach,
  pool,
  mac,
  log,
}: {
  reach: ReturnType<typeof createReach>
  pool: Pool
  /** Signs the processed header; without it none is written. */
  mac: Vault['mac'] | undefined
  log: Logger
}): (hop: Hop, consignment: Consignment) => Promise<readonly Outcome[]> {
  return async (hop, consignment) => {
    const { dispatch, content } = consignment
    const requireTls = content.envelope?.requireTls ?? false
    const wish: Wish = { verified: requireTls || dispatch.tls === 'require', requireTls, lenient: false }
    const reached = await reach(hop, wish, false)
    if ('session' in reached) return transfer(hop, reached, wish, consignment)
    // The header is read only where it can change something.
    const barred = reached.some(({ kind, status }) => kind === 'policy' || status === '4.7.5')
    if (!barred || hop.named || wish.verified || !(await wantsNoTls(content))) {
      return outcomesOfTroubles(reached, addressesOf(consignment), wish.verified)
    }
    const lenient = { ...wish, lenient: true }
    const again = await reach(hop, lenient, false)
    return 'session' in again
      ? transfer(hop, again, lenient, consignment)
      : outcomesOfTroubles(again, addressesOf(consignment), false)
  }

  async function transfer(
    hop: Hop,
    { session, key, verdict, reused }: Reached,
    wish: Wish,
    consignment: Consignment,
  ): Promise<readonly Outcome[]> {
    const { dispatch, recipients, content } = consignment
    const { server, offers } = session
    const channel = channelName(session, verdict)
    if (verdict.note !== undefined) {
      log.info({ trace: dispatch.trace_id ?? dispatch.id, dispatch: dispatch.id, server }, verdict.note)
    }
    try {
      const prefix = hop.named ? prefixOf(dispatch, content) : ''
      const { requireTls } = wish
      const written = await writeLetter(content, recipients, offers, { prefix, requireTls })
      const refused = written.refused.map((outcome) => ({ ...outcome, server, channel }))
      if (!written.letter) return refused
      const answers = await session.send(written.letter)
      if (reused && wasDead(session, answers)) {
        const anew = await reach(hop, wish, true)
        return 'session' in anew
          ? await transfer(hop, anew, wish, consignment)
          : outcomesOfTroubles(anew, addressesOf(consignment), wish.verified)
      }
      const delivered = answers.map((answer, index) =>
        outcomeOf(answer, written.recipients[index]?.address ?? '', { server, channel, dsn: offers.dsn }),
      )
      return [...refused, ...delivered]
    } finally {
      pool.give(key, session)
    }
  }

  /** By which a message that comes back is known. */
  function prefixOf({ account_id }: Row<'dispatches'>, { processed }: DispatchContent): string {
    return mac && processed ? processedField(mac, { accountId: account_id, ...processed }) : ''
  }
}

function addressesOf({ recipients }: Consignment): string[] {
  return recipients.map(({ address }) => address)
}
