import { type ColumnDataType, type Kysely, type SqlBool, sql } from 'kysely'

/** What delivery keeps of an envelope, notices that are due later, traces, versions. See schema.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  const whole: ColumnDataType = 'bigint'
  const add = (table: string, column: string, type: ColumnDataType) =>
    schema.alterTable(table).addColumn(column, type).execute()

  await add('messages', 'trace_id', 'text')
  await add('messages', 'envelope_json', 'text')

  await schema
    .alterTable('dispatches')
    .addColumn('tls', 'text', (c) => c.notNull().defaultTo('may'))
    .execute()
  await add('dispatches', 'held_json', 'text')
  await add('dispatches', 'trace_id', 'text')
  await add('dispatches', 'paused_at', whole)
  await add('dispatches', 'delay_told_at', whole)
  await add('dispatches', 'give_up_at', whole)
  await add('dispatches', 'history_json', 'text')
  // What has ended leaves the indexes of the queue: they are as large as the queue is, whatever is remembered. With
  // the destination, so that looking past one that is full reads no rows.
  await schema.dropIndex('dispatches_due').execute()
  const queued = sql.lit('queued')
  await schema
    .createIndex('dispatches_due')
    .on('dispatches')
    .columns(['next_try_at', 'destination'])
    .where(sql.ref('state'), '=', queued)
    .execute()
  await schema
    .createIndex('dispatches_queued')
    .on('dispatches')
    .column('id')
    .where(sql.ref('state'), '=', queued)
    .execute()
  await schema
    .createIndex('dispatches_leased')
    .on('dispatches')
    .column('lease_until')
    .where(sql.ref('lease_until'), 'is not', null)
    .execute()
  await schema
    .createIndex('dispatches_paused')
    .on('dispatches')
    .column('paused_at')
    .where(sql.ref('paused_at'), 'is not', null)
    .execute()
  await schema
    .createIndex('dispatches_lost')
    .on('dispatches')
    .columns(['state', 'id'])
    .where(sql<SqlBool>`state = 'failed' or state = 'dropped'`)
    .execute()

  await add('copies', 'remind_at', whole)
  await add('copies', 'warn_at', whole)
  // Only what is still to be told: most copies have neither, and every message that comes in pays for an entry.
  await schema
    .createIndex('copies_remind')
    .on('copies')
    .column('remind_at')
    .where(sql.ref('remind_at'), 'is not', null)
    .execute()
  await schema
    .createIndex('copies_warn')
    .on('copies')
    .column('warn_at')
    .where(sql.ref('warn_at'), 'is not', null)
    .execute()

  // What is forgotten some day, the oldest first.
  await schema
    .createIndex('messages_shredded')
    .on('messages')
    .column('shredded_at')
    .where(sql.ref('shredded_at'), 'is not', null)
    .execute()
  await schema.createIndex('drafts_age').on('drafts').column('updated_at').execute()

  await schema
    .createTable('versions')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('version', whole, (c) => c.notNull())
    .execute()
  await sql`INSERT INTO versions (name, version) VALUES ('kept', 1)`.execute(db)

  await schema
    .createTable('mta_sts_policies')
    .addColumn('domain', 'text', (c) => c.primaryKey())
    .addColumn('policy_id', 'text', (c) => c.notNull())
    .addColumn('policy_json', 'text', (c) => c.notNull())
    .addColumn('valid_until', whole, (c) => c.notNull())
    .execute()
}
