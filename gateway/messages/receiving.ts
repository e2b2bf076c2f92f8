import type { Account } from '../people/index.ts'
import type { RecipientDecision } from '../policy/index.ts'
import type { Store } from '../store/index.ts'
import { type MessageFacts, type PreparedMessage, prepareMessage } from './accept.ts'
import { type FoundCopy, findCopy } from './copy-facts.ts'
import { Incoming, type SealedMessage } from './incoming.ts'
import { isSecureThread } from './threads.ts'

/** How messages come in. It works in any thread that can read the store; the writing is a Keeper's. */
export interface Receiving {
  /** A message begins to come in; its id is the queue id. Dispose of it: what was not accepted is then gone. */
  begin(account: Account): Incoming
  /**
   * Accepts a message as policy decided: what is to be held is held, what is to be relayed is queued, in one
   * transaction. Resolves when all of it is durable; throws with nothing kept.
   */
  accept(
    incoming: Incoming,
    facts: MessageFacts,
    decisions: readonly RecipientDecision[],
  ): Promise<{ id: string }>
  acceptMailedReply(copyId: string, incoming: Incoming, facts: MessageFacts): Promise<{ id: string }>
  /** Whether one of these Message-IDs (with brackets) belongs to a message that was held or written here. */
  isSecureThread(accountId: string, rfcMessageIds: readonly string[]): Promise<boolean>
  findCopy(copyId: string): Promise<FoundCopy | undefined>
}

/** Stores messages that are ready: `Messages` of the thread that writes, however they get there. */
export interface Keeper {
  store(message: PreparedMessage): Promise<void>
  storeReply(copyId: string, reply: SealedMessage, facts: MessageFacts): Promise<{ id: string }>
}

export function createReceiving(store: Store, keeper: Keeper): Receiving {
  return {
    begin: (account) => new Incoming(store.bodies, account),
    async accept(incoming, facts, decisions) {
      await keeper.store(await prepareMessage(incoming, facts, decisions))
      incoming.keep()
      return { id: incoming.id }
    },
    async acceptMailedReply(copyId, incoming, facts) {
      return keeper.storeReply(copyId, await incoming.finish(), facts)
    },
    isSecureThread: (accountId, ids) => isSecureThread(store, accountId, ids),
    findCopy: (copyId) => findCopy(store, copyId),
  }
}
