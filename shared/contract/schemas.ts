import { z } from 'zod'

/**
 * The HTTP contract between gateway, portal and extension. Times are milliseconds since 1970 (UTC), sizes bytes.
 * The gateway validates requests with these schemas and writes its OpenAPI from them; clients take the types.
 */

/** RFC 9457 problem details. `detail` is for the person: what happened and what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  /** Stable, kebab-case; clients choose their own words by it. */
  code: z.string(),
  /** Finds the attempt in the administrator's log; only where signing in failed. */
  supportCode: z.string().optional(),
  /** Seconds to wait, only where too many attempts were made. */
  retryAfter: z.number().int().optional(),
})
export type Problem = z.infer<typeof Problem>

export const Address = z.string().trim().min(3).max(320)
const Password = z.string().min(1).max(4096)

export const Mailbox = z.object({ address: z.string(), name: z.string() })
export type Mailbox = z.infer<typeof Mailbox>

// ---- the portal itself

export const PortalInfo = z.object({
  /** Host that people see in notices, with port where it is not the scheme's own. */
  host: z.string(),
  /** True while mail ends in the outbox of this machine. */
  sandbox: z.boolean(),
  languages: z.array(z.string()),
})
export type PortalInfo = z.infer<typeof PortalInfo>

// ---- signing in

export const SignInMethod = z.enum(['cloud', 'domain'])
export type SignInMethod = z.infer<typeof SignInMethod>

export const MethodsRequest = z.object({ address: Address })
/** Decided by the address's domain alone, so that it says nothing of a person. Empty for external recipients. */
export const MethodsResponse = z.object({ methods: z.array(SignInMethod) })
export type MethodsResponse = z.infer<typeof MethodsResponse>

export const SignInRequest = z.object({
  address: Address,
  password: Password,
  method: SignInMethod.optional(),
  /** Token of the link that led here: the gateway's log follows the message from it on. It opens nothing. */
  link: z.string().max(1000).optional(),
})
export type SignInRequest = z.infer<typeof SignInRequest>

export const Person = z.object({
  id: z.string(),
  address: z.string(),
  name: z.string(),
  role: z.enum(['recipient', 'user', 'administrator']),
  language: z.string().nullable(),
})
export type Person = z.infer<typeof Person>

export const SessionState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed-out') }),
  /** A temporary password was used; nothing but changing it is possible. */
  z.object({ state: z.literal('must-change'), person: Person }),
  z.object({ state: z.literal('signed-in'), person: Person }),
])
export type SessionState = z.infer<typeof SessionState>

export const ChangePasswordRequest = z.object({ password: Password, newPassword: Password })

export const PasswordRequirement = z.enum(['length', 'bytes', 'common', 'personal'])
export type PasswordRequirement = z.infer<typeof PasswordRequirement>
/** Ticks of the requirements while a password is typed. */
export const CheckPasswordRequest = z.object({
  newPassword: z.string().max(4096),
  address: Address.optional(),
})
export const CheckPasswordResponse = z.object({
  requirements: z.array(z.object({ id: PasswordRequirement, met: z.boolean() })),
})
export type CheckPasswordResponse = z.infer<typeof CheckPasswordResponse>

export const ForgotRequest = z.object({ address: Address })
/** The answer is the same for everybody. */
export const Accepted = z.object({ accepted: z.literal(true) })
export const ResetRequest = z.object({ token: z.string().min(1).max(200), newPassword: Password })
export const ResetCheckRequest = z.object({ token: z.string().min(1).max(200) })
export const ResetCheckResponse = z.object({ valid: z.boolean(), address: z.string().optional() })
export type ResetCheckResponse = z.infer<typeof ResetCheckResponse>

export const SignOutRequest = z.object({ everywhere: z.boolean().default(false) })

/** **Login issues?**: records what happened and gives a code that finds it. */
export const LoginIssuesRequest = z.object({ address: z.string().max(320), url: z.string().max(2000) })
export const LoginIssuesResponse = z.object({ supportCode: z.string(), at: z.number() })
export type LoginIssuesResponse = z.infer<typeof LoginIssuesResponse>

// ---- links

export const LinkInfo = z.discriminatedUnion('state', [
  /** Not one of ours, or changed: names nothing. */
  z.object({ state: z.literal('invalid') }),
  z.object({ state: z.literal('expired') }),
  z.object({
    state: z.literal('genuine'),
    /** To be filled in at sign-in. */
    address: z.string(),
    /** Organisation that sent it. */
    organisation: z.string(),
    /** Only where the addressed person is signed in: the message to open. */
    messageId: z.string().nullable(),
    /** True where somebody else is signed in. */
    otherPerson: z.boolean(),
  }),
])
export type LinkInfo = z.infer<typeof LinkInfo>

// ---- messages. For a recipient a message is known by the id of their copy, for its author by `sent-<message id>`.

export const Folder = z.enum(['inbox', 'sent'])
export type Folder = z.infer<typeof Folder>

export const ListRequest = z.object({
  folder: Folder.default('inbox'),
  search: z.string().max(200).optional(),
  unread: z.enum(['true']).optional(),
  sort: z.enum(['newest', 'oldest', 'sender', 'subject', 'expiry']).default('newest'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type ListRequest = z.input<typeof ListRequest>

/** `lost`: what the gateway stored of it is damaged. */
export const CopyState = z.enum(['held', 'expired', 'recalled', 'lost'])

export const MessageSummary = z.object({
  id: z.string(),
  folder: Folder,
  from: Mailbox,
  to: z.array(Mailbox),
  subject: z.string(),
  at: z.number(),
  /** Null where it does not expire. */
  expiresAt: z.number().nullable(),
  unread: z.boolean(),
  hasAttachments: z.boolean(),
  replied: z.boolean(),
  state: CopyState,
  organisation: z.string(),
})
export type MessageSummary = z.infer<typeof MessageSummary>

export const MessageList = z.object({
  items: z.array(MessageSummary),
  next: z.string().nullable(),
  /** Unread messages of the inbox, whatever was searched for. */
  unread: z.number().int(),
})
export type MessageList = z.infer<typeof MessageList>

export const Permissions = z.object({
  reply: z.boolean(),
  replyAll: z.boolean(),
  forward: z.boolean(),
  print: z.boolean(),
  download: z.boolean(),
})
export type Permissions = z.infer<typeof Permissions>

export const Attachment = z.object({
  /** Index among the message's attachments, from 0. */
  index: z.number().int(),
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  /** Content-ID without brackets, where the HTML may show it (`cid:`). */
  contentId: z.string().nullable(),
  /** True where it is only a picture inside the HTML. */
  inline: z.boolean(),
})
export type Attachment = z.infer<typeof Attachment>

/** An option of a held message and who set it. */
export const SetBy = z.enum(['gateway', 'account', 'definition', 'sender'])

export const MessageView = MessageSummary.extend({
  cc: z.array(Mailbox),
  /** Null where the message has none. Not cleaned: whoever shows it cleans it, last. */
  html: z.string().nullable(),
  text: z.string().nullable(),
  attachments: z.array(Attachment),
  permissions: Permissions,
  /** Who decided expiry and permissions, by name of the option. */
  setBy: z.record(z.string(), SetBy),
  receipt: z.boolean(),
  /** False where the message could not be taken apart; it can still be downloaded. */
  readable: z.boolean(),
  /** Reason the sender gave when taking it back, else null. */
  recallReason: z.string().nullable(),
  /** For a message one sent: what became of it, by recipient. */
  copies: z.array(z.object({ address: z.string(), state: CopyState, readAt: z.number().nullable() })),
})
export type MessageView = z.infer<typeof MessageView>

export const MarkRequest = z.object({ unread: z.boolean() })

// ---- writing

export const DraftKind = z.enum(['new', 'reply', 'reply-all', 'forward'])
export type DraftKind = z.infer<typeof DraftKind>

export const DraftContent = z.object({
  to: z.array(z.string().max(320)).max(100),
  cc: z.array(z.string().max(320)).max(100),
  subject: z.string().max(2000),
  /** HTML of the editor; cleaned again by every reader. */
  html: z.string().max(2_000_000),
})
export type DraftContent = z.infer<typeof DraftContent>

export const CreateDraftRequest = z.object({
  kind: DraftKind,
  /** The message it answers or forwards (id of the copy); required but for `new`. */
  messageId: z.string().optional(),
})
export type CreateDraftRequest = z.infer<typeof CreateDraftRequest>

export const DraftFile = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
})
export type DraftFile = z.infer<typeof DraftFile>

export const Draft = DraftContent.extend({
  id: z.string(),
  kind: DraftKind,
  messageId: z.string().nullable(),
  files: z.array(DraftFile),
  updatedAt: z.number(),
  /** False where recipients are fixed (a reply); then `to` and `cc` are only shown. */
  recipientsEditable: z.boolean(),
  /** Addresses or `@domain` that may be written to, shown as help. */
  allowed: z.array(z.string()),
})
export type Draft = z.infer<typeof Draft>

export const DraftSummary = z.object({
  id: z.string(),
  kind: DraftKind,
  to: z.array(z.string()),
  subject: z.string(),
  updatedAt: z.number(),
})
export type DraftSummary = z.infer<typeof DraftSummary>
export const DraftList = z.object({ items: z.array(DraftSummary) })

export const UploadQuery = z.object({
  name: z.string().min(1).max(1000),
  type: z.string().max(200).default(''),
})

/** Bytes that a piece of an upload may have. */
export const pieceLimit = 1024 * 1024
/** A file in pieces: how large it will be. */
export const UploadBegin = UploadQuery.extend({ size: z.coerce.number().int().min(0) })
export const UploadBegun = z.object({ uploadId: z.string() })
export type UploadBegun = z.infer<typeof UploadBegun>
/** Where in the file a piece begins. */
export const PieceQuery = z.object({ offset: z.coerce.number().int().min(0) })

export const SentResponse = z.object({
  /** `sent-<message id>`, to be opened in the Sent folder. */
  messageId: z.string(),
  /** Outside readers it is held for. */
  held: z.array(z.string()),
  /** Inside readers it is delivered to. */
  delivered: z.array(z.string()),
})
export type SentResponse = z.infer<typeof SentResponse>

// ---- sandbox

export const OutboxEntry = z.object({
  id: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  date: z.number(),
})
export type OutboxEntry = z.infer<typeof OutboxEntry>

export const TryRequest = z.object({
  to: Address.optional(),
  subject: z.string().max(200).optional(),
  text: z.string().max(5000).optional(),
})
export const TryResponse = z.object({
  /** What the gateway answered to the message, e.g. `250 2.0.0 ...`. */
  reply: z.string(),
  from: z.string(),
  to: z.string(),
})
export type TryResponse = z.infer<typeof TryResponse>
