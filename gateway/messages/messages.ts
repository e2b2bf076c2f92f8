import type { Logger } from 'pino'
import type {
  CreateDraftRequest,
  Draft,
  DraftContent,
  DraftFile,
  DraftSummary,
  ListRequest,
  MessageList,
  MessageSummary,
  MessageView,
  SentResponse,
} from '../../shared/contract/index.ts'
import type { z } from 'zod'
import type { Delivery } from '../delivery/index.ts'
import type { CopyFacts } from '../notices/index.ts'
import type { Account, People, Person } from '../people/index.ts'
import type { RecipientDecision } from '../policy/index.ts'
import type { Store } from '../store/index.ts'
import { type MessageFacts, acceptMessage } from './accept.ts'
import {
  type Readable,
  type ReadableAttachment,
  readAttachment,
  readAttachments,
  readOriginal,
} from './attachments.ts'
import { type FoundCopy, findCopy, noticeFacts } from './copy-facts.ts'
import { addFile, removeFile } from './draft-files.ts'
import { createDraft, deleteDraft, listDrafts, readDraft, saveDraft } from './drafts.ts'
import { expireDue, recallCopy, releaseMessage, sweepOrphans } from './end.ts'
import { Incoming } from './incoming.ts'
import { listMessages } from './list.ts'
import { acceptMailedReply } from './mailed-reply.ts'
import { type Outgoing, outgoing, readMessage } from './outgoing.ts'
import { ownedMessage } from './owned.ts'
import { type ParserLimits, createMimeParser } from './parser.ts'
import type { MessageParts } from './parts.ts'
import { sendDraft } from './send.ts'
import { summaryOf } from './summary.ts'
import { isSecureThread } from './threads.ts'
import { type Uploads, createUploads } from './uploads.ts'
import { markMessage, openMessage } from './view.ts'

/**
 * Messages: held, relayed and written here. Whatever takes a person throws Problem `message-unknown` or
 * `draft-unknown` (404) for what is not theirs.
 */
export interface Messages extends Uploads {
  /** A message begins to come in; its id is the queue id. Dispose of it: what was not accepted is then gone. */
  begin(account: Account): Incoming
  accept(
    incoming: Incoming,
    facts: MessageFacts,
    decisions: readonly RecipientDecision[],
  ): Promise<{ id: string }>
  /** Whether one of these Message-IDs (with brackets) belongs to a message that was held or written here. */
  isSecureThread(accountId: string, rfcMessageIds: readonly string[]): Promise<boolean>
  acceptMailedReply(copyId: string, incoming: Incoming, facts: MessageFacts): Promise<{ id: string }>

  /** The clear MIME bytes. Throws Problem where it is unknown or shredded. */
  read(messageId: string): AsyncIterable<Buffer>
  /** What delivery needs to send a message, or undefined where it is unknown or shredded. */
  outgoing(messageId: string): Promise<Outgoing | undefined>
  /** To be called when a dispatch of the message has ended. */
  release(messageId: string): Promise<void>

  list(person: Person, request: ListRequest): Promise<MessageList>
  summary(person: Person, id: string): Promise<MessageSummary>
  open(person: Person, id: string): Promise<MessageView>
  mark(person: Person, id: string, unread: boolean): Promise<void>
  attachment(person: Person, id: string, index: number): Promise<ReadableAttachment>
  attachments(person: Person, id: string): Promise<ReadableAttachment[]>
  original(person: Person, id: string): Promise<Readable>

  findCopy(copyId: string): Promise<FoundCopy | undefined>
  noticeFacts(copyId: string): Promise<CopyFacts | undefined>

  recall(copyId: string, reason: string): Promise<void>
  expireDue(): Promise<number>
  sweep(): Promise<number>

  createDraft(person: Person, request: z.input<typeof CreateDraftRequest>): Promise<Draft>
  draft(person: Person, id: string): Promise<Draft>
  drafts(person: Person): Promise<DraftSummary[]>
  saveDraft(person: Person, id: string, content: DraftContent): Promise<DraftSummary>
  deleteDraft(person: Person, id: string): Promise<void>
  /** @param limit bytes of all files of the draft together; at most, and by default, 50 MB. */
  addFile(
    person: Person,
    draftId: string,
    file: { name: string; type: string },
    stream: AsyncIterable<Uint8Array>,
    limit?: number,
  ): Promise<DraftFile>
  removeFile(person: Person, draftId: string, fileId: string): Promise<void>
  send(person: Person, draftId: string): Promise<SentResponse>
}

export function createMessages({
  store,
  people,
  delivery,
  now,
  log,
  origin = 'http://localhost',
  parserLimits,
  uploadIdle,
}: {
  store: Store
  people: People
  delivery: Pick<Delivery, 'enqueue'>
  now: () => number
  log: Logger
  /** By which people reach the portal; its host stands in Message-IDs. */
  origin?: string
  parserLimits?: ParserLimits
  /** ms without a byte after which an upload in pieces ends. */
  uploadIdle?: number
}): Messages {
  const parser = createMimeParser(log, parserLimits)
  const parts: MessageParts = { store, people, delivery, parser, now, log, host: new URL(origin).hostname }
  const uploads = createUploads(parts, uploadIdle)
  return {
    ...uploads,
    begin: (account) => new Incoming(store.bodies, account),
    accept: (incoming, facts, decisions) => acceptMessage(parts, incoming, facts, decisions),
    isSecureThread: (accountId, ids) => isSecureThread(store, accountId, ids),
    acceptMailedReply: (copyId, incoming, facts) => acceptMailedReply(parts, copyId, incoming, facts),

    read: (messageId) => readMessage(parts, messageId),
    outgoing: (messageId) => outgoing(parts, messageId),
    release: (messageId) => releaseMessage(parts, messageId),

    list: (person, request) => listMessages(parts, person, request),
    summary: async (person, id) => summaryOf(await ownedMessage(parts, person, id)),
    open: (person, id) => openMessage(parts, person, id),
    mark: (person, id, unread) => markMessage(parts, person, id, unread),
    attachment: (person, id, index) => readAttachment(parts, person, id, index),
    attachments: (person, id) => readAttachments(parts, person, id),
    original: (person, id) => readOriginal(parts, person, id),

    findCopy: (copyId) => findCopy(parts, copyId),
    noticeFacts: (copyId) => noticeFacts(parts, copyId),

    recall: (copyId, reason) => recallCopy(parts, copyId, reason),
    expireDue: () => expireDue(parts),
    sweep: () => sweepOrphans(parts),

    createDraft: (person, request) => createDraft(parts, person, request),
    draft: (person, id) => readDraft(parts, person, id),
    drafts: (person) => listDrafts(parts, person),
    saveDraft: (person, id, content) => saveDraft(parts, person, id, content),
    deleteDraft: (person, id) => deleteDraft(parts, person, id),
    addFile: (person, draftId, file, stream, limit) => addFile(parts, person, draftId, file, stream, limit),
    removeFile: (person, draftId, fileId) => removeFile(parts, person, draftId, fileId),
    send: (person, draftId) => sendDraft(parts, person, draftId),

    async [Symbol.asyncDispose]() {
      await uploads[Symbol.asyncDispose]()
      await parser[Symbol.asyncDispose]()
    },
  }
}
