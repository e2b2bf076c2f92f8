/**
 * Stands in for a gateway while screens are drawn and tested: serves dist/pages and answers the HTTP contract from
 * memory. Every answer is checked against the contract's schemas, so it can't drift from it. Not a mock of a part of
 * ours: end-to-end tests of what the gateway does start the gateway.
 * `node tests/e2e/stand-in.ts [port]` runs it by hand.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { z } from 'zod'
import * as contract from '../../shared/contract/index.ts'
import { bob, makeMessages, makeOutbox, type Stored } from './stand-in-data.ts'

/** The built ones, or those of another build beside it. */
const pages = process.env['POSTERN_PAGES'] ?? join(import.meta.dirname, '../../dist/pages')

/** As the gateway's pages have it (see gateway/http). */
const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "style-src 'self' data:; style-src-attr 'none'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'"

export const words = {
  address: bob.address,
  password: 'correct horse battery staple',
  temporary: 'amber-otter-92-violet',
  link: 'postern1.k1.payload.signature',
}

export interface StandInOptions {
  readonly port?: number
  readonly now?: () => number
  /** Plain messages after the samples. */
  readonly many?: number
  readonly empty?: boolean
  readonly sandbox?: boolean
}

export interface StandIn extends AsyncDisposable {
  readonly url: string
  /** May be changed by a test at any time. */
  readonly state: State
}

interface State {
  session: contract.SessionState
  messages: Stored[]
  drafts: contract.Draft[]
  /** Answers nothing any more, as a gateway that is down. */
  down: boolean
  /** Milliseconds each answer of the API waits. */
  slow: number
  link: 'genuine' | 'expired' | 'invalid'
  resetValid: boolean
}

class Refusal extends Error {
  readonly problem: contract.Problem
  constructor(status: number, code: string, detail: string, more: Partial<contract.Problem> = {}) {
    super(detail)
    this.problem = { type: 'about:blank', title: code, status, detail, code, ...more }
  }
}

const person = (address: string): contract.Person => {
  const inside = address.endsWith('@example.test')
  return {
    id: `person-${address}`,
    address,
    name: address === bob.address ? bob.name : '',
    role: inside ? 'user' : 'recipient',
    language: null,
  }
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const now = options.now ?? Date.now
  const state: State = {
    session: { state: 'signed-out' },
    messages: options.empty ? [] : makeMessages(now(), options.many ?? 0),
    drafts: [],
    down: false,
    slow: 0,
    link: 'genuine',
    resetValid: true,
  }
  const outbox = options.empty ? [] : makeOutbox(now())
  let drafts = 0

  const signedIn = (): contract.Person => {
    if (state.session.state !== 'signed-in') throw new Refusal(401, 'signed-out', 'Sign in first.')
    return state.session.person
  }
  const messageOf = (id: string): Stored => {
    signedIn()
    const message = state.messages.find((one) => one.id === id)
    if (!message) throw new Refusal(404, 'message-unknown', 'There is no such message.')
    return message
  }
  const change = (id: string, part: Partial<Stored>) => {
    state.messages = state.messages.map((one) => (one.id === id ? { ...one, ...part } : one))
  }
  const draftOf = (id: string): contract.Draft => {
    signedIn()
    const draft = state.drafts.find((one) => one.id === id)
    if (!draft) throw new Refusal(404, 'draft-unknown', 'There is no such draft.')
    return draft
  }
  const keep = (draft: contract.Draft) => {
    state.drafts = [draft, ...state.drafts.filter((one) => one.id !== draft.id)]
  }

  /** A route: method, path with `:name`, schema of the answer (null: 204), what it does. */
  type Handler = (call: {
    p: Record<string, string>
    query: URLSearchParams
    body: unknown
    raw: Buffer
  }) => unknown
  const routes: [string, string, z.ZodType | null, Handler][] = [
    [
      'GET',
      '/api/portal',
      contract.PortalInfo,
      () => ({ host: 'mail.postern.example', sandbox: options.sandbox ?? true, languages: ['en', 'de'] }),
    ],
    ['GET', '/api/session', contract.SessionState, () => state.session],
    [
      'POST',
      '/api/sign-in/methods',
      contract.MethodsResponse,
      ({ body }) => {
        const { address } = contract.MethodsRequest.parse(body)
        return { methods: address.endsWith('@example.test') ? ['cloud', 'domain'] : [] }
      },
    ],
    [
      'POST',
      '/api/sign-in',
      contract.SessionState,
      ({ body }) => {
        const { address, password } = contract.SignInRequest.parse(body)
        if (password === 'wait')
          throw new Refusal(429, 'too-many-attempts', 'Too many attempts.', {
            retryAfter: 300,
            supportCode: 'K7QF-2MZD',
          })
        if (password.trim() === words.temporary)
          state.session = { state: 'must-change', person: person(address) }
        else if (password === words.password) state.session = { state: 'signed-in', person: person(address) }
        else
          throw new Refusal(401, 'sign-in-failed', 'You could not be signed in.', {
            supportCode: 'K7QF-2MZD',
          })
        return state.session
      },
    ],
    [
      'POST',
      '/api/password',
      contract.SessionState,
      ({ body }) => {
        const { password, newPassword } = contract.ChangePasswordRequest.parse(body)
        if (state.session.state === 'signed-out') throw new Refusal(401, 'signed-out', 'Sign in first.')
        if (password.trim() !== words.temporary)
          throw new Refusal(
            403,
            'current-password-wrong',
            'The current password is not right. Type it again.',
          )
        if (newPassword.includes('postern')) throw new Refusal(422, 'password-refused', 'Choose another one.')
        state.session = { state: 'signed-in', person: state.session.person }
        return state.session
      },
    ],
    [
      'POST',
      '/api/password/check',
      contract.CheckPasswordResponse,
      ({ body }) => {
        const { newPassword } = contract.CheckPasswordRequest.parse(body)
        const length = Array.from(newPassword).length >= 12
        return {
          requirements: [
            { id: 'length', met: length },
            { id: 'bytes', met: newPassword !== '' && Buffer.byteLength(newPassword) <= 1024 },
            { id: 'common', met: length && !newPassword.includes('password') },
            { id: 'personal', met: newPassword !== '' && !/postern|bob/.test(newPassword) },
          ],
        }
      },
    ],
    [
      'POST',
      '/api/sign-out',
      null,
      () => {
        state.session = { state: 'signed-out' }
      },
    ],
    [
      'POST',
      '/api/forgot',
      contract.Accepted,
      ({ body }) => {
        contract.ForgotRequest.parse(body)
        return { accepted: true }
      },
    ],
    [
      'POST',
      '/api/reset/check',
      contract.ResetCheckResponse,
      ({ body }) => {
        contract.ResetCheckRequest.parse(body)
        return state.resetValid ? { valid: true, address: words.address } : { valid: false }
      },
    ],
    [
      'POST',
      '/api/reset',
      contract.Accepted,
      ({ body }) => {
        contract.ResetRequest.parse(body)
        return { accepted: true }
      },
    ],
    [
      'POST',
      '/api/login-issues',
      contract.LoginIssuesResponse,
      ({ body }) => {
        contract.LoginIssuesRequest.parse(body)
        return { supportCode: 'K7QF-2MZD', at: now() }
      },
    ],
    [
      'GET',
      '/api/links/:token',
      contract.LinkInfo,
      () => {
        if (state.link !== 'genuine') return { state: state.link }
        const { session } = state
        const own = session.state === 'signed-in' && session.person.address === words.address
        return {
          state: 'genuine',
          address: words.address,
          organisation: 'Example Ltd',
          messageId: own ? (state.messages[0]?.id ?? null) : null,
          otherPerson: session.state === 'signed-in' && !own,
        }
      },
    ],
    [
      'GET',
      '/api/messages',
      contract.MessageList,
      ({ query }) => {
        signedIn()
        const request = contract.ListRequest.parse(Object.fromEntries(query))
        const search = request.search?.toLowerCase() ?? ''
        const found = state.messages
          .filter((one) => one.folder === request.folder)
          .filter((one) => !request.unread || one.unread)
          .filter((one) =>
            `${one.subject} ${one.from.name} ${one.from.address}`.toLowerCase().includes(search),
          )
        const order: Record<typeof request.sort, (a: Stored, b: Stored) => number> = {
          newest: (a, b) => b.at - a.at,
          oldest: (a, b) => a.at - b.at,
          sender: (a, b) => a.from.address.localeCompare(b.from.address),
          subject: (a, b) => a.subject.localeCompare(b.subject),
          expiry: (a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity),
        }
        found.sort(order[request.sort])
        const from = Number(request.cursor ?? 0)
        const to = from + request.limit
        return {
          items: found.slice(from, to).map((one) => contract.MessageSummary.parse(one)),
          next: to < found.length ? String(to) : null,
          unread: state.messages.filter((one) => one.unread && one.folder === 'inbox').length,
        }
      },
    ],
    [
      'POST',
      '/api/messages/:id/open',
      contract.MessageView,
      ({ p }) => {
        const message = messageOf(p.id ?? '')
        change(message.id, { unread: false })
        return { ...contract.MessageView.parse(message), unread: false }
      },
    ],
    [
      'POST',
      '/api/messages/:id/mark',
      null,
      ({ p, body }) => change(messageOf(p.id ?? '').id, { unread: contract.MarkRequest.parse(body).unread }),
    ],
    [
      'GET',
      '/api/messages/:id/attachments/:index',
      null,
      ({ p }) => messageOf(p.id ?? '').bytes[Number(p.index)],
    ],
    [
      'GET',
      '/api/drafts',
      contract.DraftList,
      () => {
        signedIn()
        return { items: state.drafts.map(summary) }
      },
    ],
    ['GET', '/api/drafts/:id', contract.Draft, ({ p }) => draftOf(p.id ?? '')],
    [
      'POST',
      '/api/drafts',
      contract.Draft,
      ({ body }) => {
        signedIn()
        const { kind, messageId } = contract.CreateDraftRequest.parse(body)
        const answered = messageId === undefined ? undefined : messageOf(messageId)
        const draft: contract.Draft = {
          id: `01JE${String(drafts++).padStart(22, '0')}`,
          kind,
          messageId: messageId ?? null,
          to: answered && kind !== 'forward' ? [answered.from.address] : [],
          cc: answered && kind === 'reply-all' ? answered.cc.map((one) => one.address) : [],
          subject: answered ? `${kind === 'forward' ? 'Fwd' : 'Re'}: ${answered.subject}` : '',
          html: '',
          files: [],
          updatedAt: now(),
          recipientsEditable: kind === 'new' || kind === 'forward',
          allowed: ['@example.test'],
        }
        keep(draft)
        return draft
      },
    ],
    [
      'PUT',
      '/api/drafts/:id',
      contract.DraftSummary,
      ({ p, body }) => {
        const draft = { ...draftOf(p.id ?? ''), ...contract.DraftContent.parse(body), updatedAt: now() }
        keep(draft)
        return summary(draft)
      },
    ],
    [
      'DELETE',
      '/api/drafts/:id',
      null,
      ({ p }) => {
        state.drafts = state.drafts.filter((one) => one.id !== draftOf(p.id ?? '').id)
      },
    ],
    [
      'POST',
      '/api/drafts/:id/files',
      contract.DraftFile,
      ({ p, query, raw }) => {
        const { name, type } = contract.UploadQuery.parse(Object.fromEntries(query))
        const draft = draftOf(p.id ?? '')
        const file = { id: `file-${draft.files.length}`, name, type, size: raw.length }
        keep({ ...draft, files: [...draft.files, file] })
        return file
      },
    ],
    [
      'DELETE',
      '/api/drafts/:id/files/:file',
      null,
      ({ p }) => {
        const draft = draftOf(p.id ?? '')
        keep({ ...draft, files: draft.files.filter((file) => file.id !== p.file) })
      },
    ],
    [
      'POST',
      '/api/drafts/:id/send',
      contract.SentResponse,
      ({ p }) => {
        const draft = draftOf(p.id ?? '')
        const author = signedIn()
        const [first] = makeMessages(now(), 0)
        if (!first) throw new Error('no sample')
        const id = `sent-${draft.id}`
        state.drafts = state.drafts.filter((one) => one.id !== draft.id)
        if (draft.messageId !== null) change(draft.messageId, { replied: true })
        state.messages = [
          {
            ...first,
            id,
            folder: 'sent',
            unread: false,
            at: now(),
            from: { name: author.name, address: author.address },
            to: draft.to.map((address) => ({ address, name: '' })),
            cc: [],
            subject: draft.subject,
            html: draft.html,
            text: null,
            attachments: [],
            hasAttachments: draft.files.length > 0,
            bytes: [],
            copies: draft.to.map((address) => ({ address, state: 'held', readAt: null })),
          },
          ...state.messages,
        ]
        return { messageId: id, held: [], delivered: draft.to }
      },
    ],
    [
      'GET',
      '/outbox.json',
      z.array(contract.OutboxEntry),
      () => outbox.map(({ id, from, to, subject, date }) => ({ id, from, to: [to], subject, date })),
    ],
    [
      'POST',
      '/api/try',
      contract.TryResponse,
      ({ body }) => ({
        reply: '250 2.0.0 Held as 01JDZ0M6H8W3R5T7Y9K1N4B6QV',
        from: 'alice@example.test',
        to: contract.TryRequest.parse(body).to ?? bob.address,
      }),
    ],
  ]

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks)
    if (state.down) {
      response.destroy()
      return
    }
    const eml = /^\/outbox\/(\w+)\.eml$/.exec(url.pathname)
    if (eml) {
      response.setHeader('content-type', 'message/rfc822')
      response.end(outbox.find((mail) => mail.id === eml[1])?.raw)
      return
    }
    if (!url.pathname.startsWith('/api/') && url.pathname !== '/outbox.json') {
      servePage(url.pathname, response)
      return
    }
    if (state.slow > 0) await new Promise((resolve) => setTimeout(resolve, state.slow))
    try {
      const json = request.headers['content-type'] === 'application/json'
      const body: unknown = json && raw.length > 0 ? JSON.parse(raw.toString()) : undefined
      for (const [method, path, schema, handle] of routes) {
        const p = match(path, url.pathname)
        if (method !== request.method || !p) continue
        const value = handle({ p, query: url.searchParams, body, raw })
        if (Buffer.isBuffer(value)) {
          response.end(value)
        } else if (schema === null) {
          response.writeHead(204).end()
        } else {
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify(schema.parse(value)))
        }
        return
      }
      throw new Refusal(404, 'not-found', 'There is nothing at this address.')
    } catch (error) {
      const problem =
        error instanceof Refusal
          ? error.problem
          : new Refusal(500, 'stand-in-wrong', error instanceof Error ? error.message : 'unknown').problem
      if (problem.status === 500) console.error(request.method, url.pathname, problem.detail)
      response.writeHead(problem.status, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify(contract.Problem.parse(problem)))
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function summary(draft: contract.Draft): contract.DraftSummary {
  return contract.DraftSummary.parse(draft)
}

/** Values of the `:names` of a pattern, or undefined where the path is another. */
function match(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':')) values[part.slice(1)] = decodeURIComponent(value)
    else if (part !== value) return undefined
  }
  return values
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

function servePage(path: string, response: ServerResponse): void {
  const name = /^\/(portal|m|reset)(\/|$)/.test(path)
    ? 'portal.html'
    : path === '/'
      ? 'index.html'
      : path === '/outbox'
        ? 'outbox.html'
        : normalize(path)
  const file = join(pages, name)
  if (!file.startsWith(pages) || !existsSync(file)) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
  response.setHeader('content-security-policy', policy)
  response.end(readFileSync(file))
}

if (import.meta.main) {
  const standIn = await startStandIn({ port: Number(process.argv[2] ?? 0), many: 120 })
  console.log(`${standIn.url} (${words.address}, ${words.password}; first time: ${words.temporary})`)
}
