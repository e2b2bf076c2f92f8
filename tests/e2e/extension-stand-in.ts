/**
 * Stands in for the browser and the background while the extension's own pages are drawn and tested: serves a built
 * extension as plain pages under its own policy, and answers `browser.*` from memory. What the extension does in a
 * real browser is tested there (extension-*.test.ts of the whole story); this is for screens.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Offer, Settings, Site, TrustedGateway, Waiting } from '../../extension/protocol.ts'

/** What the pages find. Plain data: it goes into the page. */
export interface ExtensionState {
  readonly settings: Settings
  readonly gateways: readonly TrustedGateway[]
  readonly waiting: Waiting
  readonly sites: readonly Site[]
  /** By the address as typed; others are no gateways. */
  readonly offers: Readonly<Record<string, Offer>>
  /** Of the tab in front; null where the browser keeps it to itself. */
  readonly url: string | null
  /** Match patterns the browser has allowed. */
  readonly allowed: readonly string[]
  /** What the person says when the browser asks. */
  readonly consents: boolean
  /** `storage.managed`. */
  readonly managed: Readonly<Record<string, unknown>>
  /** Shown as a page of its own, as on Android. */
  readonly inTab: boolean
  /** Never answers, answers nothing, or refuses everything. */
  readonly trouble: null | 'slow' | 'broken'
}

export const anna: TrustedGateway = {
  gateway: 'https://mail.postern.example',
  host: 'mail.postern.example',
  name: 'Example Ltd',
  fingerprint: '3f8a 09c1 77de 5b20 e4aa 1c9d 8f63 02b7 d51e 6a94 b80c 7f2d 4e19 a3c6 905b ee71'.replaceAll(
    '  ',
    ' ',
  ),
  by: 'policy',
  since: Date.UTC(2026, 2, 1),
  signedInAs: 'bob@elsewhere.test',
}

export const clinic: TrustedGateway = {
  ...anna,
  gateway: 'https://secure.clinic.example',
  host: 'secure.clinic.example',
  name: 'Clinic on the Hill',
  fingerprint: '90aa 17f2 c3b8 64de 0b51 fe29 8d07 a1c4 22e6 5f90 7b3d 481a cc05 e9f7 136b d2a8',
  by: 'person',
  since: Date.UTC(2026, 9, 20),
}

export const plainState: ExtensionState = {
  settings: {
    language: null,
    appearance: 'system',
    passwords: 'inline',
    unwrap: true,
    personal: null,
    locked: [],
  },
  gateways: [],
  waiting: { messages: [], missing: [] },
  sites: [
    { pattern: 'https://mail.google.com/*', by: 'default', on: true },
    { pattern: 'https://outlook.live.com/*', by: 'default', on: true },
    { pattern: 'https://*.gmx.net/*', by: 'default', on: true },
  ],
  offers: {},
  url: 'https://mail.google.com/mail/u/0/',
  allowed: ['https://mail.google.com/*', 'https://outlook.live.com/*', 'https://*.gmx.net/*'],
  consents: true,
  managed: {},
  inTab: false,
  trouble: null,
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
}

/** @param folder of a built extension. */
export async function serveExtension(folder: string): Promise<{ url: string } & AsyncDisposable> {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    content_security_policy: { extension_pages: string }
  }
  const server = createServer((request, response) => {
    const file = join(folder, normalize(new URL(request.url ?? '/', 'http://x').pathname))
    if (!file.startsWith(folder) || !existsSync(file)) {
      // A browser asks every website for this; it asks no extension.
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end()
      return
    }
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    response.setHeader('content-security-policy', manifest.content_security_policy.extension_pages)
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Runs in the page, before any script of it: `browser` and `chrome` from a state. Keeps what was asked in `asked`. */
export function standInBrowser(first: ExtensionState): void {
  const state = structuredClone(first) as {
    -readonly [Key in keyof ExtensionState]: ExtensionState[Key]
  }
  const asked: unknown[] = []
  const refuse = (code: string) => ({ ok: false, problem: { code, detail: code } })
  const answer = (request: Record<string, unknown>): unknown => {
    switch (request['ask']) {
      case 'settings':
        return state.settings
      case 'change-settings':
        state.settings = { ...state.settings, ...(request['change'] as object) }
        return state.settings
      case 'gateways':
        return state.gateways
      case 'look-up-gateway': {
        const offer = state.offers[String(request['address'])]
        if (!offer) throw new Error('not-a-gateway')
        return offer
      }
      case 'trust-gateway': {
        const offer = Object.values(state.offers).find((one) => one.gateway === request['gateway'])
        if (offer) {
          const { gateway, host, name, fingerprint } = offer
          state.gateways = [
            ...state.gateways,
            { gateway, host, name, fingerprint, by: 'person', since: Date.now(), signedInAs: null },
          ]
        }
        return state.gateways
      }
      case 'forget-gateway':
        state.gateways = state.gateways.filter((one) => one.gateway !== request['gateway'])
        return state.gateways
      case 'waiting': {
        const search = String(request['search']).toLowerCase()
        const found = state.waiting.messages.filter((one) =>
          `${one.from} ${one.subject}`.toLowerCase().includes(search),
        )
        return { ...state.waiting, messages: found }
      }
      case 'sign-out-everywhere':
        state.gateways = state.gateways.map((one) => ({ ...one, signedInAs: null }))
        state.waiting = {
          messages: [],
          missing: state.gateways.map(({ gateway }) => ({ gateway, why: 'signed-out' })),
        }
        return null
      case 'sites':
        return state.sites
      case 'switch-site': {
        const pattern = String(request['pattern'])
        const old = state.sites.find((one) => one.pattern === pattern)
        const on = request['on'] === true
        state.sites = [
          ...state.sites.filter((one) => one.pattern !== pattern),
          ...(old?.by === 'default' || on ? [{ pattern, on, by: old?.by ?? ('person' as const) }] : []),
        ]
        return state.sites
      }
      default:
        return null
    }
  }
  const browser = {
    runtime: {
      id: 'stand-in',
      getManifest: () => ({ version: '0.1.0' }),
      getURL: (path: string) => new URL(path, location.origin).href,
      sendMessage: async (request: Record<string, unknown>) => {
        asked.push(request)
        if (state.trouble === 'slow' && request['ask'] !== 'settings') await new Promise(() => undefined)
        if (state.trouble === 'broken' && request['ask'] !== 'settings') return refuse('failed')
        try {
          return { ok: true, value: structuredClone(answer(request)) }
        } catch (error) {
          return refuse(error instanceof Error ? error.message : 'failed')
        }
      },
    },
    tabs: {
      query: async () => [state.url === null ? {} : { url: state.url }],
      getCurrent: async () => (state.inTab ? { id: 1 } : undefined),
      create: async (tab: unknown) => asked.push({ tab }),
    },
    permissions: {
      contains: async ({ origins = [] }: { origins?: string[] }) =>
        origins.every((one) => state.allowed.includes(one)),
      request: async (permission: { origins?: string[] }) => {
        asked.push({ permission, click: navigator.userActivation.isActive })
        if (state.consents) state.allowed = [...state.allowed, ...(permission.origins ?? [])]
        return state.consents
      },
      remove: async ({ origins = [] }: { origins?: string[] }) => {
        asked.push({ remove: origins })
        state.allowed = state.allowed.filter((one) => !origins.includes(one))
        return true
      },
    },
    storage: {
      managed: { get: async () => state.managed },
      onChanged: { addListener: () => undefined },
    },
  }
  Object.assign(globalThis, { browser, chrome: browser, asked, close: () => asked.push('close') })
}
