import type { z } from 'zod'
import type * as schemas from './schemas.ts'

/** How requests reach a gateway. The web pages use fetch with the session cookie, the extension its background. */
export interface Transport {
  /** @param path below the gateway's origin, begins with `/api/`. Answers JSON, or undefined for 204. */
  json(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  bytes(path: string, options?: BytesOptions): Promise<Blob>
  upload(path: string, file: Blob, options: UploadOptions): Promise<unknown>
}

export interface UploadProgress {
  readonly sent: number
  readonly total: number
}

export interface BytesOptions {
  /** Bytes received so far. */
  readonly progress?: (received: number) => void
  readonly signal?: AbortSignal
}

export interface UploadOptions {
  readonly progress?: (progress: UploadProgress) => void
  readonly signal?: AbortSignal
}

/** A refusal of the gateway. `problem.code` is stable; `problem.detail` is for the person. */
export class ProblemError extends Error {
  readonly problem: schemas.Problem

  constructor(problem: schemas.Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

type Request<T extends z.ZodType> = z.input<T>

/** Every call of the contract. All reject with ProblemError; code `offline` where the gateway can't be reached. */
export interface PortalClient {
  portal(): Promise<schemas.PortalInfo>
  session(): Promise<schemas.SessionState>
  methods(address: string): Promise<schemas.MethodsResponse>
  signIn(request: schemas.SignInRequest): Promise<schemas.SessionState>
  changePassword(password: string, newPassword: string): Promise<schemas.SessionState>
  checkPassword(newPassword: string, address?: string): Promise<schemas.CheckPasswordResponse>
  signOut(everywhere?: boolean): Promise<void>
  forgot(address: string): Promise<void>
  checkReset(token: string): Promise<schemas.ResetCheckResponse>
  reset(token: string, newPassword: string): Promise<void>
  loginIssues(address: string, url: string): Promise<schemas.LoginIssuesResponse>
  link(token: string): Promise<schemas.LinkInfo>
  list(request: schemas.ListRequest): Promise<schemas.MessageList>
  /** Opens the message: the one call that records that it was read. */
  open(id: string): Promise<schemas.MessageView>
  mark(id: string, unread: boolean): Promise<void>
  attachment(id: string, index: number): Promise<Blob>
  /** A picture from elsewhere, fetched by the gateway so that the sender learns nothing of the reader. */
  remoteImage(id: string, url: string): Promise<Blob>
  drafts(): Promise<z.infer<typeof schemas.DraftList>>
  draft(id: string): Promise<schemas.Draft>
  createDraft(request: Request<typeof schemas.CreateDraftRequest>): Promise<schemas.Draft>
  saveDraft(id: string, content: schemas.DraftContent): Promise<schemas.DraftSummary>
  deleteDraft(id: string): Promise<void>
  addFile(id: string, file: Blob, name: string, options: UploadOptions): Promise<schemas.DraftFile>
  removeFile(id: string, fileId: string): Promise<void>
  send(id: string): Promise<schemas.SentResponse>
  /** Addresses for plain links; signing in goes with the request. */
  readonly urls: {
    attachment(id: string, index: number): string
    allAttachments(id: string): string
    original(id: string): string
  }
}

const e = encodeURIComponent

/** The client over a transport. Answers are trusted to keep the contract: the gateway's own tests check them. */
export function createClient(transport: Transport): PortalClient {
  const get = <T>(path: string) => transport.json('GET', path) as Promise<T>
  const post = <T>(path: string, body: unknown = {}) => transport.json('POST', path, body) as Promise<T>
  const urls = {
    attachment: (id: string, index: number) => `/api/messages/${e(id)}/attachments/${index}`,
    allAttachments: (id: string) => `/api/messages/${e(id)}/attachments.zip`,
    original: (id: string) => `/api/messages/${e(id)}/original.eml`,
  }
  return {
    portal: () => get('/api/portal'),
    session: () => get('/api/session'),
    methods: (address) => post('/api/sign-in/methods', { address }),
    signIn: (request) => post('/api/sign-in', request),
    changePassword: (password, newPassword) => post('/api/password', { password, newPassword }),
    checkPassword: (newPassword, address) => post('/api/password/check', { newPassword, address }),
    signOut: (everywhere = false) => post('/api/sign-out', { everywhere }),
    forgot: async (address) => {
      await post('/api/forgot', { address })
    },
    checkReset: (token) => post('/api/reset/check', { token }),
    reset: async (token, newPassword) => {
      await post('/api/reset', { token, newPassword })
    },
    loginIssues: (address, url) => post('/api/login-issues', { address, url }),
    link: (token) => get(`/api/links/${e(token)}`),
    list: (request) => {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(request)) query.set(name, String(value))
      return get(`/api/messages?${query.toString()}`)
    },
    open: (id) => post(`/api/messages/${e(id)}/open`),
    mark: (id, unread) => post(`/api/messages/${e(id)}/mark`, { unread }),
    attachment: (id, index) => transport.bytes(urls.attachment(id, index)),
    remoteImage: (id, url) => transport.bytes(`/api/messages/${e(id)}/remote-image?url=${e(url)}`),
    drafts: () => get('/api/drafts'),
    draft: (id) => get(`/api/drafts/${e(id)}`),
    createDraft: (request) => post('/api/drafts', request),
    saveDraft: (id, content) =>
      transport.json('PUT', `/api/drafts/${e(id)}`, content) as Promise<schemas.DraftSummary>,
    deleteDraft: async (id) => {
      await transport.json('DELETE', `/api/drafts/${e(id)}`)
    },
    addFile: (id, file, name, options) =>
      transport.upload(
        `/api/drafts/${e(id)}/files?name=${e(name)}&type=${e(file.type)}`,
        file,
        options,
      ) as Promise<schemas.DraftFile>,
    removeFile: async (id, fileId) => {
      await transport.json('DELETE', `/api/drafts/${e(id)}/files/${e(fileId)}`)
    },
    send: (id) => post(`/api/drafts/${e(id)}/send`),
    urls,
  }
}
