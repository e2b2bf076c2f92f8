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
import type { Delivery, Handlers } from '../delivery/index.ts'
import type { CopyFacts } from '../notices/index.ts'
import type { People, Person } from '../people/index.ts'
import type { Store } from '../store/index.ts'
import type { MessageFacts, PreparedMessage } from './accept.ts'
import {
  type Readable,
  type ReadableAttachment,
  readAttachment,
  readAttachments,
  readOriginal,
} from './attachments.ts'
import { noticeFacts } from './copy-facts.ts'
import { addFile, removeFile } from './draft-files.ts'
import { createDraft, deleteDraft, listDrafts, readDraft, saveDraft } from './drafts.ts'
import { expireDue, recallCopy, releaseMessage } from './end.ts'
import { holdInstead } from './hold-instead.ts'
import type { SealedMessage } from './incoming.ts'
import { listMessages } from './list.ts'
import { storeMailedReply } from './mailed-reply.ts'
import { type Outgoing, outgoing, readMessage } from './outgoing.ts'
import { ownedMessage } from './owned.ts'
import { type ParserLimits, createMimeParser } from './parser.ts'
import type { Pace } from './pace.ts'
import type { MessageParts } from './parts.ts'
import { forgetRecords } from './retention.ts'
import { remindDue } from './remind.ts'
import { type Receiving, createReceiving } from './receiving.ts'
import { sendDraft } from './send.ts'
import { storeMessage } from './store-message.ts'
import { summaryOf } from './summary.ts'
import { createSweep } from './sweep.ts'
import { traceForPerson, traceOfDraft } from './trace.ts'
import { type Uploads, createUploads } from './uploads.ts'
import { markMessage, openMessage } from './view.ts'

/**
 * Messages: held, relayed and written here. Whatever takes a person throws Problem `message-unknown` or
 * `draft-unknown` (404) for what is not theirs.
 */
export interface Messages extends Uploads, Receiving {
  /** Stores what another thread has made ready. Resolves when it is durable; throws with nothing kept. */
  store(message: PreparedMessage): Promise<void>
  /** The same for a reply that was mailed to a notification. See `storeMailedReply` for what it throws. */
  storeReply(copyId: string, reply: SealedMessage, facts: MessageFacts): Promise<{ id: string }>

  /** The clear MIME bytes. Throws Problem where it is unknown or shredded. */
  read(messageId: string): AsyncIterable<Buffer>
  /** What delivery needs to send a message, or undefined where it is unknown or shredded. */
  outgoing(messageId: string): Promise<Outgoing | undefined>
  /** To be called when a dispatch of the message has ended. */
  release(messageId: string): Promise<void>
  /** See holdInstead: for those who can't get it over verified TLS. */
  holdInstead: NonNullable<Handlers['hold']>

  list(person: Person, request: ListRequest): Promise<MessageList>
  summary(person: Person, id: string): Promise<MessageSummary>
  open(person: Person, id: string): Promise<MessageView>
  mark(person: Person, id: string, unread: boolean): Promise<void>
  attachment(person: Person, id: string, index: number): Promise<ReadableAttachment>
  attachments(person: Person, id: string): Promise<ReadableAttachment[]>
  original(person: Person, id: string): Promise<Readable>

  noticeFacts(copyId: string): Promise<CopyFacts | undefined>
  /** The id by which a conversation is followed through the log; undefined where it is not this person's. */
  trace(person: Person, id: string): Promise<string | undefined>
  /** That of the message which a draft answers. */
  draftTrace(person: Person, draftId: string): Promise<string | undefined>

  recall(copyId: string, reason: string): Promise<void>
  /** Ends what is due. */
  expireDue(pace?: Pace): Promise<number>
  /** Reminds readers of what they have not opened and warns them of what will expire. @returns how many. */
  remindDue(pace?: Pace): Promise<number>
  /** Finds what a crash left behind. */
  sweep(pace?: Pace): Promise<number>
  /** Forgets what became of messages that were shredded `recordDays` ago and longer, and drafts as old. */
  forgetRecords(pace?: Pace): Promise<number>

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

const day = 24 * 60 * 60 * 1000

export function createMessages({
  store,
  people,
  delivery,
  now,
  log,
  origin = 'http://localhost',
  parserLimits,
  uploadIdle,
  recordDays = 400,
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
  /** Days for which what became of a message is kept after it was shredded. */
  recordDays?: number
}): Messages {
  const parser = createMimeParser(log, parserLimits)
  const parts: MessageParts = { store, people, delivery, parser, now, log, host: new URL(origin).hostname }
  const uploads = createUploads(parts, uploadIdle)
  const sweep = createSweep(parts)
  const keeper = {
    store: ({ sealed, message }: PreparedMessage) =>
      store.write((trx) => storeMessage(parts, trx, sealed, message)),
    storeReply: (copyId: string, reply: SealedMessage, facts: MessageFacts) =>
      storeMailedReply(parts, copyId, reply, facts),
  }
  return {
    ...uploads,
    ...keeper,
    ...createReceiving(store, keeper),

    read: (messageId) => readMessage(parts, messageId),
    outgoing: (messageId) => outgoing(parts, messageId),
    release: (messageId) => releaseMessage(parts, messageId),
    holdInstead: (trx, dispatch, recipients, reason) => holdInstead(parts, trx, dispatch, recipients, reason),

    list: (person, request) => listMessages(parts, person, request),
    summary: async (person, id) => summaryOf(await ownedMessage(parts, person, id)),
    open: (person, id) => openMessage(parts, person, id),
    mark: (person, id, unread) => markMessage(parts, person, id, unread),
    attachment: (person, id, index) => readAttachment(parts, person, id, index),
    attachments: (person, id) => readAttachments(parts, person, id),
    original: (person, id) => readOriginal(parts, person, id),

    noticeFacts: (copyId) => noticeFacts(parts, copyId),
    trace: (person, id) => traceForPerson(parts, person, id),
    draftTrace: (person, draftId) => traceOfDraft(parts, person, draftId),

    recall: (copyId, reason) => recallCopy(parts, copyId, reason),
    expireDue: (pace) => expireDue(parts, pace),
    remindDue: (pace) => remindDue(parts, pace),
    sweep,
    forgetRecords: (pace) => forgetRecords(parts, now() - recordDays * day, pace),

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
