import { randomBytes, randomInt } from 'node:crypto'
import { pino } from 'pino'
import { readConfig } from '../../gateway/config/index.ts'
import { type Gateway, startGateway } from '../../gateway/gateway.ts'
import type { Account } from '../../gateway/people/index.ts'
import { type Row, type Trx, insert, newId } from '../../gateway/store/index.ts'
import { connectSender } from '../peers/sender.ts'
import { type Newcomer, newcomer } from './person.ts'

/** Messages in one transaction while filling. */
const batch = 2000
/** The messages are spread over as long, ms. */
const span = 20 * 24 * 3_600_000
/** The reader's inbox is one of so many; there is at most `most` in it. */
const readers = 100
const most = 5000
/** Text of each message, bytes: what a store holds is many small ones. */
const size = 1000
/** One subject in 97 is about one of them, the others about tea: what a search finds is rare. */
const topics = ['harbour', 'lantern']
const mime = { name: 'mime', kind: 'message' }

/** Rows of one message that was really held: all that the others have in common. */
interface Template {
  readonly message: Row<'messages'>
  readonly copy: Row<'copies'>
  readonly body: Row<'bodies'>
  readonly dispatch: Row<'dispatches'>
  readonly events: readonly Omit<Row<'events'>, 'id'>[]
}

/**
 * Fills a store up to `total` held messages, straight into its tables, each sealed as it would have been and with
 * the records of how it was notified. Resolves to a person who has never signed in, with an inbox of some thousands.
 */
export async function fill(dataDir: string, from: number, total: number): Promise<Newcomer> {
  const config = await readConfig({}, { dataDir, smtpPort: 0, httpPort: 0 })
  await using running = await startGateway(config, { log: pino({ level: 'silent' }) })
  const reader = await newcomer(running, `reader${from}@load.test`)
  const template = await templateOf(running)
  const account = await running.people.account(template.message.account_id)
  if (!account) throw new Error('the message is of no account')
  const people: { id: string; address: string }[] = []
  for (let index = 0; index < readers; index++) {
    people.push(
      await running.store.write(async (trx) => {
        const { person } = await running.people.ensure(trx, { address: `p${index}@load.test` }, Date.now())
        return person
      }),
    )
  }
  const begun = Date.now() - span
  const every = Math.max(2, Math.ceil((total - from) / most))
  for (let done = from; done < total; done += batch) {
    await running.store.write(async (trx) => {
      for (let index = done; index < Math.min(total, done + batch); index++) {
        const owner = index % every === 0 ? reader : (people[index % readers] ?? reader)
        const at = begun + Math.floor((span * (index - from)) / (total - from))
        await heldMessage(
          trx,
          account,
          template,
          owner,
          at,
          `Message ${index} about ${topics[index % 97] ?? 'tea'}`,
        )
      }
    })
  }
  return reader
}

async function templateOf({ smtpPort, store, delivery }: Gateway): Promise<Template> {
  using sender = await connectSender(smtpPort)
  const reply = await sender.send({
    from: 'ann@example.test',
    to: ['bob@load.test'],
    data: 'From: Ann <ann@example.test>\r\nTo: bob@load.test\r\nSubject: [secure] One\r\n\r\nText\r\n',
  })
  const id = /queued as (\S+)/.exec(reply)?.[1]
  if (id === undefined) throw new Error(reply)
  await delivery.idle()
  const { db } = store
  const message = await db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return {
    message,
    copy: await db.selectFrom('copies').selectAll().where('message_id', '=', id).executeTakeFirstOrThrow(),
    body: await db
      .selectFrom('bodies')
      .selectAll()
      .where('id', '=', message.body_id ?? '')
      .executeTakeFirstOrThrow(),
    dispatch: await db
      .selectFrom('dispatches')
      .selectAll()
      .where('message_id', '=', id)
      .executeTakeFirstOrThrow(),
    events: await db
      .selectFrom('events')
      .select(['account_id', 'copy_id', 'person_id', 'type', 'detail_json', 'at', 'message_id'])
      .where('message_id', '=', id)
      .execute(),
  }
}

async function heldMessage(
  trx: Trx,
  account: Account,
  template: Template,
  owner: { id: string; address: string },
  at: number,
  subject: string,
): Promise<void> {
  // The id of a dispatch, too, is in the order of time: the queue is cleaned from its oldest.
  const [id, bodyId, dispatchId] = [newId(), newId(), newId()]
  const copyId = randomBytes(16).toString('hex')
  const { key, wrapped } = account.key.create(id)
  const sealer = key.sealer(mime)
  const text = `From: Ann <ann@example.test>\r\nSubject: ${subject}\r\n\r\n${'Text. '.repeat(size / 6)}\r\n`
  const data = Buffer.concat([sealer.update(Buffer.from(text)), sealer.final()])
  const common = { message_id: id, copy_id: copyId }
  await insert(trx, 'bodies', { ...template.body, id: bodyId, size: data.length, data, created_at: at })
  await insert(trx, 'messages', {
    ...template.message,
    id,
    body_id: bodyId,
    wrapped_key: wrapped,
    subject_sealed: key.seal({ kind: 'message', name: 'subject' }, subject),
    rfc_message_id: `<${id}@example.test>`,
    size: text.length,
    received_at: at,
  })
  await insert(trx, 'copies', {
    ...template.copy,
    id: copyId,
    message_id: id,
    person_id: owner.id,
    address: owner.address,
    unread: randomInt(3) === 0 ? 1 : 0,
    received_at: at,
    // Nobody is to be told anything now: the bench measures what is asked of it.
    remind_at: null,
    warn_at: null,
  })
  await insert(trx, 'dispatches', {
    ...template.dispatch,
    ...common,
    id: dispatchId,
    recipients_json: template.dispatch.recipients_json.replaceAll(template.copy.address, owner.address),
    created_at: at,
    finished_at: at,
  })
  for (const event of template.events) {
    await insert(trx, 'events', {
      ...event,
      message_id: id,
      copy_id: event.copy_id && copyId,
      person_id: event.person_id && owner.id,
      at,
    })
  }
}
