import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../gateway/config/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import type { NewRow } from '../../gateway/store/index.ts'
import { place } from './servers.ts'

/** Messages in one transaction while filling. */
const batch = 2000

/** p95, in ms, of listing a page of an inbox of `own` messages in a store of `total` held ones. */
export async function listOfInbox({ total, own }: { total: number; own: number }): Promise<number> {
  const dataDir = await mkdtemp(join(place, 'postern-bench-inbox-'))
  try {
    const config = await readConfig({}, { dataDir, smtpPort: 0, httpPort: 0 })
    await using running = await startGateway(config, { log: pino({ level: 'silent' }) })
    const { store, people, messages } = running
    const account = (await people.accounts())[0]
    if (!account) throw new Error('a new gateway has an account')
    const folk = await store.write(async (trx) => {
      const all = []
      for (let index = 0; index < 100; index++) {
        all.push((await people.ensure(trx, { address: `p${index}@load.test` }, 0)).person)
      }
      return all
    })
    const [reader, ...others] = folk
    if (!reader) throw new Error('nobody')

    for (let done = 0; done < total; done += batch) {
      await store.write(async (trx) => {
        const rows: NewRow<'messages'>[] = []
        const copies: NewRow<'copies'>[] = []
        for (let index = done; index < Math.min(total, done + batch); index++) {
          // The reader's messages are spread over the whole time.
          const owner = index % Math.floor(total / own) === 0 ? reader : others[index % others.length]
          const id = `m${String(index).padStart(10, '0')}`
          const { key, wrapped } = account.key.create(id)
          rows.push({
            id,
            account_id: account.id,
            origin: 'mail',
            author_id: null,
            envelope_from: 'ann@example.test',
            from_address: 'ann@example.test',
            from_name: 'Ann',
            header_recipients_json: JSON.stringify({ to: [], cc: [] }),
            rfc_message_id: `<${id}@example.test>`,
            subject_sealed: key.seal({ kind: 'message', name: 'subject' }, `Message ${index}`),
            view_sealed: null,
            has_attachments: 0,
            wrapped_key: wrapped,
            body_id: null,
            size: 10_240,
            language: null,
            options_json: '{}',
            received_at: index,
            expires_at: null,
            shredded_at: null,
          })
          copies.push({
            id: randomBytes(16).toString('hex'),
            message_id: id,
            account_id: account.id,
            person_id: (owner ?? reader).id,
            address: (owner ?? reader).address,
            state: 'held',
            unread: index % 3 === 0 ? 1 : 0,
            received_at: index,
            first_read_at: null,
            replied_at: null,
            ended_at: null,
            recall_reason: null,
            expires_at: null,
            options_json: null,
          })
        }
        for (const row of rows) await trx.insertInto('messages').values(row).execute()
        for (const copy of copies) await trx.insertInto('copies').values(copy).execute()
      })
    }

    const times: number[] = []
    let cursor: string | undefined
    for (let round = 0; round < 300; round++) {
      const begun = performance.now()
      const page = await messages.list(reader, cursor === undefined ? {} : { cursor })
      times.push(performance.now() - begun)
      if (page.items.length === 0) throw new Error('the inbox is empty')
      cursor = page.next ?? undefined
    }
    times.sort((a, b) => a - b)
    return times[Math.floor(times.length * 0.95)] ?? Infinity
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}
