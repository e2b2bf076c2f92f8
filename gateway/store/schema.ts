import type { Generated, Insertable, Selectable } from 'kysely'

/**
 * The tables of a gateway. Times are milliseconds since 1970 (UTC), booleans are 0 or 1, bytes are Uint8Array,
 * columns ending in `_json` hold JSON text: types that SQLite and PostgreSQL both keep without conversion.
 * Columns ending in `_sealed` hold ciphertext of the vault; nothing of a message is stored in clear but what
 * delivery and listing need (addresses, times, sizes, Message-ID).
 */
export interface Schema {
  accounts: AccountsTable
  domains: DomainsTable
  definitions: DefinitionsTable
  people: PeopleTable
  passwords: PasswordsTable
  sessions: SessionsTable
  resets: ResetsTable
  limits: LimitsTable
  sign_ins: SignInsTable
  link_keys: LinkKeysTable
  root_keys: RootKeysTable
  bodies: BodiesTable
  messages: MessagesTable
  copies: CopiesTable
  threads: ThreadsTable
  drafts: DraftsTable
  draft_files: DraftFilesTable
  dispatches: DispatchesTable
  outbox: OutboxTable
  events: EventsTable
  versions: VersionsTable
  mta_sts_policies: MtaStsPoliciesTable
}

/** Organisations. `wrapped_key` is the account's key under the master key. */
export interface AccountsTable {
  id: string
  code: string
  name: string
  /** AccountSettings of gateway/people. */
  settings_json: string
  wrapped_key: Uint8Array
  created_at: number
}

/** Mail domains, lower case, A-labels. One belongs to one account. */
export interface DomainsTable {
  domain: string
  account_id: string
  created_at: number
}

/** Policy rules of an account, in order of `position`. `rule_json` is a Definition of gateway/policy. */
export interface DefinitionsTable {
  id: string
  account_id: string
  position: number
  rule_json: string
  enabled: number
}

/** Users (account_id set) and recipients (account_id null). `address` is normalised, unique on the gateway. */
export interface PeopleTable {
  id: string
  address: string
  account_id: string | null
  name: string
  language: string | null
  role: 'recipient' | 'user' | 'administrator'
  created_at: number
  disabled_at: number | null
}

/** At most one password a person. Temporary ones are derived from `seed` by the vault and never stored. */
export interface PasswordsTable {
  person_id: string
  kind: 'temporary' | 'chosen'
  /** PHC string of a chosen password, else null. */
  hash: string | null
  /** Random seed of a temporary password, else null. */
  seed: string | null
  created_at: number
  /** End of a temporary password, else null. */
  expires_at: number | null
  /** When a temporary password was used to sign in (single use), else null. */
  used_at: number | null
}

/** Sessions by SHA-256 (hex) of their token. */
export interface SessionsTable {
  token_hash: string
  person_id: string
  stage: 'must-change' | 'full'
  created_at: number
  seen_at: number
  ends_at: number
  ip: string
  agent: string
}

/** Tokens of forgotten passwords, by SHA-256 (hex), single use. */
export interface ResetsTable {
  token_hash: string
  person_id: string
  created_at: number
  expires_at: number
  used_at: number | null
}

/** Counters of attempts; they survive a restart. `key` is `<what>:<whom>`. */
export interface LimitsTable {
  key: string
  count: number
  since: number
}

/** Every attempt to sign in and why it failed: the administrator's log, found by the support code. */
export interface SignInsTable {
  id: string
  at: number
  support_code: string
  address: string
  person_id: string | null
  account_id: string | null
  outcome: 'success' | 'failure' | 'question'
  /** Exact cause for the administrator, a stable code such as `wrong-password`. */
  cause: string
  ip: string
  agent: string
  url: string
}

/** Ed25519 keys that sign links. The private half is wrapped by the master key. */
export interface LinkKeysTable {
  kid: string
  public_key: Uint8Array
  /** Empty once the key is destroyed because it signs no more. */
  wrapped_private_key: Uint8Array
  created_at: number
  /** From when it signs; it checks from `created_at` on. */
  active_from: number
  /** From when it signs no more; it goes on checking. Null: not decided. */
  retired_at: number | null
  /** From when it checks no more and is not published. */
  revoked_at: number | null
}

/** Ed25519 keys that sign what the gateway says of itself. One at a time: the one that is not retired. */
export interface RootKeysTable {
  /** 32 raw bytes, base64url. */
  public_key: string
  /** Wrapped by the master key; empty once the key has handed over to the next. */
  wrapped_private_key: Uint8Array
  created_at: number
  retired_at: number | null
  /** The root key before it, null for the first one. */
  predecessor: string | null
  /** That key's signature of this one, base64url. */
  handing: string | null
}

/** Sealed bytes: in the row when small, else (`data` null) in the body store under `id`. */
export interface BodiesTable {
  id: string
  account_id: string
  /** Length of the sealed bytes. */
  size: number
  data: Uint8Array | null
  created_at: number
}

/** One row a message accepted by the gateway, whether held, relayed, or written in the portal. */
export interface MessagesTable {
  /** ULID; the queue id that `250` names. */
  id: string
  account_id: string
  /** `mail` came by SMTP, `portal` was written by a person in the portal. */
  origin: 'mail' | 'portal'
  /** Who wrote it, where that is a person we know. */
  author_id: string | null
  /** Envelope sender, '' for the null sender. */
  envelope_from: string
  from_address: string
  from_name: string
  /** Header addresses as seen by every recipient: {to: Mailbox[], cc: Mailbox[]}. */
  header_recipients_json: string
  /** Message-ID with angle brackets, '' where there is none. */
  rfc_message_id: string
  subject_sealed: Uint8Array
  /** Parsed view (text, html, list of attachments), sealed; made at the first reading. */
  view_sealed: Uint8Array | null
  has_attachments: number
  /** The message's key under the account's key; null once shredded. */
  wrapped_key: Uint8Array | null
  body_id: string | null
  /** Length of the message in clear, bytes. */
  size: number
  /** Language of its notices, IETF tag, null: the person's or account's. */
  language: string | null
  /** HeldOptions of gateway/messages with who set what; '{}' where nothing is held. */
  options_json: string
  received_at: number
  /** When the last held copy (or, for a portal message, the author's own) expires; null: never, or nothing is held. */
  expires_at: number | null
  shredded_at: number | null
  /** Follows a conversation through the log, from the SMTP session to the reply; null: its own id. */
  trace_id: string | null
  /** Envelope of gateway/delivery: what the client asked of delivery; null: nothing. */
  envelope_json: string | null
}

/** One recipient's own permission to a held message. */
export interface CopiesTable {
  /** 128 random bits, hex; the handle that a link carries. */
  id: string
  message_id: string
  account_id: string
  person_id: string
  /** The address it was sent to, as normalised. */
  address: string
  /** `lost`: its bytes were damaged, and nobody can read it any more. */
  state: 'held' | 'expired' | 'recalled' | 'lost'
  /** Unread on screen; `first_read_at` stays. */
  unread: number
  /** Same as the message's received_at, kept here for the order of a list. */
  received_at: number
  first_read_at: number | null
  replied_at: number | null
  ended_at: number | null
  recall_reason: string | null
  /** When this copy expires, null: never. */
  expires_at: number | null
  /** HeldOptions of gateway/messages of this copy, null where they are those of the message. */
  options_json: string | null
  /** When an unread copy's reader is reminded, null: not, or it is done. */
  remind_at: number | null
  /** When the reader is warned that it expires soon, null: not, or it is done. */
  warn_at: number | null
}

/** Message-IDs by which an answer is recognised as belonging to a secure thread. */
export interface ThreadsTable {
  account_id: string
  rfc_message_id: string
  message_id: string
  created_at: number
}

/** What a person is writing. Content is sealed JSON (DraftContent of shared/contract). */
export interface DraftsTable {
  id: string
  person_id: string
  account_id: string
  /** The copy it answers or forwards, else null. */
  copy_id: string | null
  wrapped_key: Uint8Array
  content_sealed: Uint8Array
  created_at: number
  updated_at: number
}

/** Attachments of a draft, sealed under the draft's key. */
export interface DraftFilesTable {
  id: string
  draft_id: string
  position: number
  /** {name, type} as JSON, sealed. */
  meta_sealed: Uint8Array
  body_id: string
  size: number
}

/** The durable queue: one message or notice going to one destination. */
export interface DispatchesTable {
  id: string
  account_id: string
  /** `message`: the stored body of message_id; `notice`: composed from notice_json when sent. */
  kind: 'message' | 'notice'
  message_id: string | null
  copy_id: string | null
  /** Notice of gateway/notices. */
  notice_json: string | null
  envelope_from: string
  /** DispatchRecipient[] of gateway/delivery: address, state, the remote's last reply. */
  recipients_json: string
  /** Domain of the recipients, for limits of a destination. */
  destination: string
  state: 'queued' | 'done' | 'failed' | 'dropped'
  attempts: number
  next_try_at: number
  lease_until: number | null
  lease_owner: string | null
  created_at: number
  finished_at: number | null
  /** `require`: over verified TLS or not at all. */
  tls: 'may' | 'require'
  /** OrHeld of gateway/messages: what is held instead where verified TLS can't be had; null: it fails then. */
  held_json: string | null
  /** See messages.trace_id. */
  trace_id: string | null
  /** Since when a person keeps it from being sent, null: it may go. */
  paused_at: number | null
  /** When the sender was told that it is late, null: not yet. */
  delay_told_at: number | null
  /** When it is given up, where a person changed that by a pause or by trying again; null: by its age. */
  give_up_at: number | null
  /** Tried[] of gateway/delivery: attempts that were not the last; null: the first was. */
  history_json: string | null
}

/** Sandbox: what would have left this machine. Raw message and subject are sealed. */
export interface OutboxTable {
  id: string
  account_id: string
  envelope_from: string
  recipients_json: string
  /** Address in the From header. */
  from_address: string
  subject_sealed: Uint8Array
  wrapped_key: Uint8Array
  body_id: string
  created_at: number
}

/** What happened, for the timeline of a copy and the account's record. */
export interface EventsTable {
  id: Generated<number>
  at: number
  account_id: string
  message_id: string | null
  copy_id: string | null
  person_id: string | null
  /** Stable code, such as `accepted`, `notified`, `read`, `replied`, `expired`, `recalled`. */
  type: string
  detail_json: string
}

/** `kept`: counts the changes of what threads and processes keep in memory (accounts, domains, definitions, keys). */
export interface VersionsTable {
  name: 'kept'
  version: number
}

/** What domains have promised of their mail servers (RFC 8461), remembered for as long as they said. */
export interface MtaStsPoliciesTable {
  domain: string
  policy_id: string
  /** MtaStsPolicy of gateway/delivery. */
  policy_json: string
  valid_until: number
}

export type Row<T extends keyof Schema> = Selectable<Schema[T]>
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>
