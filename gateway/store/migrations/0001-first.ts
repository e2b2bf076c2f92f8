import { type ColumnDataType, type Kysely, sql } from 'kysely'
import type { MigrationOptions } from './options.ts'

/** The first tables. See schema.ts for what each column holds. */
export async function up(db: Kysely<unknown>, { bytes }: MigrationOptions): Promise<void> {
  const { schema } = db
  const whole: ColumnDataType = 'bigint'

  await schema
    .createTable('accounts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('code', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('settings_json', 'text', (c) => c.notNull())
    .addColumn('wrapped_key', bytes, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .execute()

  await schema
    .createTable('domains')
    .addColumn('domain', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
    .addColumn('created_at', whole, (c) => c.notNull())
    .execute()
  await schema.createIndex('domains_account').on('domains').column('account_id').execute()

  await schema
    .createTable('definitions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('rule_json', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('definitions_order')
    .on('definitions')
    .columns(['account_id', 'position'])
    .execute()

  await schema
    .createTable('people')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('address', 'text', (c) => c.notNull().unique())
    .addColumn('account_id', 'text', (c) => c.references('accounts.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('disabled_at', whole)
    .execute()
  await schema.createIndex('people_account').on('people').columns(['account_id', 'address']).execute()

  await schema
    .createTable('passwords')
    .addColumn('person_id', 'text', (c) => c.primaryKey().references('people.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('hash', 'text')
    .addColumn('seed', 'text')
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('expires_at', whole)
    .addColumn('used_at', whole)
    .execute()

  await schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('seen_at', whole, (c) => c.notNull())
    .addColumn('ends_at', whole, (c) => c.notNull())
    .addColumn('ip', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .execute()
  await schema.createIndex('sessions_person').on('sessions').column('person_id').execute()

  await schema
    .createTable('resets')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('expires_at', whole, (c) => c.notNull())
    .addColumn('used_at', whole)
    .execute()
  await schema.createIndex('resets_person').on('resets').column('person_id').execute()

  await schema
    .createTable('limits')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('since', whole, (c) => c.notNull())
    .execute()

  await schema
    .createTable('sign_ins')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', whole, (c) => c.notNull())
    .addColumn('support_code', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text')
    .addColumn('account_id', 'text')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('ip', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .execute()
  await schema.createIndex('sign_ins_code').on('sign_ins').column('support_code').execute()
  await schema.createIndex('sign_ins_time').on('sign_ins').column('at').execute()

  await schema
    .createTable('link_keys')
    .addColumn('kid', 'text', (c) => c.primaryKey())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .addColumn('wrapped_private_key', bytes, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('retired_at', whole)
    .execute()

  await schema
    .createTable('bodies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('size', whole, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    // Last, so that reading the columns before it does not walk the overflow pages of a large row.
    .addColumn('data', bytes)
    .execute()

  await schema
    .createTable('messages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('author_id', 'text')
    .addColumn('envelope_from', 'text', (c) => c.notNull())
    .addColumn('from_address', 'text', (c) => c.notNull())
    .addColumn('from_name', 'text', (c) => c.notNull())
    .addColumn('header_recipients_json', 'text', (c) => c.notNull())
    .addColumn('rfc_message_id', 'text', (c) => c.notNull())
    .addColumn('subject_sealed', bytes, (c) => c.notNull())
    .addColumn('has_attachments', 'integer', (c) => c.notNull())
    .addColumn('wrapped_key', bytes)
    .addColumn('body_id', 'text')
    .addColumn('size', whole, (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('options_json', 'text', (c) => c.notNull())
    .addColumn('received_at', whole, (c) => c.notNull())
    .addColumn('expires_at', whole)
    .addColumn('shredded_at', whole)
    .addColumn('view_sealed', bytes)
    .execute()
  // Mail has no author that we know, and every message that comes in pays for an entry.
  await schema
    .createIndex('messages_author')
    .on('messages')
    .columns(['author_id', 'received_at'])
    .where(sql.ref('author_id'), 'is not', null)
    .execute()
  // Only what can still expire: the shredded ones, soon the most of them, need no entry.
  await schema
    .createIndex('messages_expiry')
    .on('messages')
    .column('expires_at')
    .where(sql.ref('shredded_at'), 'is', null)
    .execute()

  await schema
    .createTable('copies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('message_id', 'text', (c) => c.notNull().references('messages.id'))
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('unread', 'integer', (c) => c.notNull())
    .addColumn('received_at', whole, (c) => c.notNull())
    .addColumn('first_read_at', whole)
    .addColumn('replied_at', whole)
    .addColumn('ended_at', whole)
    .addColumn('recall_reason', 'text')
    .addColumn('expires_at', whole)
    .addColumn('options_json', 'text')
    .execute()
  // With `unread`, so that counting the unread ones reads nothing but the index.
  await schema
    .createIndex('copies_person')
    .on('copies')
    .columns(['person_id', 'received_at', 'id', 'unread'])
    .execute()
  // With the state, or SQLite may take the index on the state alone and read every held copy.
  await schema.createIndex('copies_message').on('copies').columns(['message_id', 'state']).execute()
  await schema.createIndex('copies_expiry').on('copies').columns(['state', 'expires_at']).execute()

  await schema
    .createTable('threads')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('rfc_message_id', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text', (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addPrimaryKeyConstraint('threads_key', ['account_id', 'rfc_message_id', 'message_id'])
    .execute()

  await schema
    .createTable('drafts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id'))
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('copy_id', 'text')
    .addColumn('wrapped_key', bytes, (c) => c.notNull())
    .addColumn('content_sealed', bytes, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('updated_at', whole, (c) => c.notNull())
    .execute()
  await schema.createIndex('drafts_person').on('drafts').columns(['person_id', 'updated_at']).execute()
  await schema.createIndex('drafts_copy').on('drafts').column('copy_id').execute()

  await schema
    .createTable('draft_files')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('draft_id', 'text', (c) => c.notNull().references('drafts.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('meta_sealed', bytes, (c) => c.notNull())
    .addColumn('body_id', 'text', (c) => c.notNull())
    .addColumn('size', whole, (c) => c.notNull())
    .execute()
  await schema.createIndex('draft_files_draft').on('draft_files').column('draft_id').execute()

  await schema
    .createTable('dispatches')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .addColumn('copy_id', 'text')
    .addColumn('notice_json', 'text')
    .addColumn('envelope_from', 'text', (c) => c.notNull())
    .addColumn('recipients_json', 'text', (c) => c.notNull())
    .addColumn('destination', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', whole, (c) => c.notNull())
    .addColumn('lease_until', whole)
    .addColumn('lease_owner', 'text')
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('finished_at', whole)
    .execute()
  await schema.createIndex('dispatches_due').on('dispatches').columns(['state', 'next_try_at']).execute()
  await schema.createIndex('dispatches_message').on('dispatches').columns(['message_id', 'state']).execute()

  await schema
    .createTable('outbox')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('envelope_from', 'text', (c) => c.notNull())
    .addColumn('recipients_json', 'text', (c) => c.notNull())
    .addColumn('from_address', 'text', (c) => c.notNull())
    .addColumn('subject_sealed', bytes, (c) => c.notNull())
    .addColumn('wrapped_key', bytes, (c) => c.notNull())
    .addColumn('body_id', 'text', (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .execute()
  await schema.createIndex('outbox_time').on('outbox').column('created_at').execute()

  await schema
    .createTable('events')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', whole, (c) => c.notNull())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .addColumn('copy_id', 'text')
    .addColumn('person_id', 'text')
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('detail_json', 'text', (c) => c.notNull())
    .execute()
  await schema.createIndex('events_message').on('events').column('message_id').execute()
}
