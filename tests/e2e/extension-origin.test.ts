/** What a browser lets an extension, and a page, read of a gateway that it has no permission for. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer, { type Browser, TargetType } from 'puppeteer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { firstAdministratorOf } from '../fixtures/people.ts'
import { launchOptions } from '../peers/browser.ts'

let gateway: TestGateway
let browser: Browser
let extension: string
let elsewhere: Server

beforeAll(async () => {
  gateway = await startTestGateway()
  extension = await mkdtemp(join(tmpdir(), 'postern-extension-'))
  const manifest = {
    manifest_version: 3,
    name: 'asks',
    version: '1',
    background: { service_worker: 'background.js' },
  }
  await writeFile(join(extension, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(join(extension, 'background.js'), '')
  elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>'))
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  browser = await puppeteer.launch({ ...(await launchOptions()), enableExtensions: [extension] })
}, 60_000)
afterAll(async () => {
  await browser.close()
  elsewhere.close()
  await gateway[Symbol.asyncDispose]()
  await rm(extension, { recursive: true, force: true })
})

interface Call {
  readonly path: string
  readonly method?: string
  readonly credentials?: 'include'
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Runs in the browser: status and body of each call, or that it was stopped. */
async function ask(url: string, calls: readonly Call[]): Promise<string[]> {
  const answers: string[] = []
  let token = ''
  for (const { path, headers: given, ...init } of calls) {
    const headers = { ...given, ...(token !== '' && { authorization: `Bearer ${token}` }) }
    try {
      const answer = await fetch(`${url}${path}`, { credentials: 'omit', ...init, headers })
      token = answer.headers.get('x-postern-session') ?? token
      const { code, state, name } = (await answer.json()) as Record<string, string>
      answers.push(`${answer.status} ${code ?? state ?? name ?? ''}`)
    } catch {
      answers.push('stopped')
    }
  }
  return answers
}

const asking = { 'content-type': 'application/json', 'x-postern-session': 'bearer' }

test('an extension reads answers and refusals, and signs in, but never with credentials', async () => {
  const target = await browser.waitForTarget((one) => one.type() === TargetType.SERVICE_WORKER)
  const worker = await target.worker()
  const { address, password } = firstAdministratorOf(gateway)
  const calls: Call[] = [
    { path: '/.well-known/postern' },
    { path: '/api/session' },
    { path: '/api/messages' },
    { path: '/no/such/page' },
    { path: '/api/sign-in', method: 'POST', headers: asking, body: JSON.stringify({ address, password }) },
    { path: '/api/session' },
    { path: '/api/drafts/0', method: 'DELETE' },
    { path: '/api/session', credentials: 'include' },
  ]
  expect(await worker?.evaluate(ask, gateway.httpUrl, calls)).toEqual([
    '200 postern',
    '200 signed-out',
    '401 signed-out',
    '404 not-found',
    '200 must-change',
    '200 must-change',
    '403 must-change-password',
    'stopped',
  ])
})

test('a page of another site reads what the gateway says of itself, and nothing else', async () => {
  const page = await browser.newPage()
  const address = elsewhere.address()
  if (typeof address !== 'object' || !address) throw new Error('no other site')
  await page.goto(`http://127.0.0.1:${address.port}/`)
  const calls: Call[] = [
    { path: '/.well-known/postern' },
    { path: '/api/session' },
    { path: '/api/portal' },
    { path: '/api/sign-in', method: 'POST', headers: asking, body: '{}' },
  ]
  expect(await page.evaluate(ask, gateway.httpUrl, calls)).toEqual([
    '200 postern',
    'stopped',
    'stopped',
    'stopped',
  ])
})
