/** What /metrics shows, and to whom. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { linkIn, newestMail, sendMail } from '../fixtures/mail.ts'
import { type Family, readMetrics, wrongMetrics } from '../fixtures/metrics-page.ts'
import { signedIn } from '../fixtures/people.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { until } from '../fixtures/until.ts'
import { startGatewayProcess } from '../peers/gateway-process.ts'
import { connectSender } from '../peers/sender.ts'

const bob = 'bob@elsewhere.test'
let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
  await use(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** A bit of everything, so that every metric has something to say. */
async function use({ httpUrl, origin, smtpPort }: TestGateway): Promise<void> {
  await sendMail(gateway, { subject: '[secure receipt] Contract', to: [bob, 'carol@elsewhere.test'] })
  await sendMail(gateway, { subject: 'Lunch', to: 'plain@elsewhere.test' })
  const browser = await signedIn(gateway, bob)
  const link = linkIn(await newestMail(gateway, bob, /^Secure message/))
  await browser.get(new URL(link).pathname)
  await browser.get(`/api/links/${link.slice(link.lastIndexOf('/') + 1)}`)
  const { json } = await browser.get(`/api/messages?search=${encodeURIComponent(bob)}`)
  expect(json).toBeDefined()
  const [first] = ((await browser.get('/api/messages')).json as { items: { id: string }[] }).items
  await browser.post(`/api/messages/${first?.id ?? ''}/open`)
  await browser.get(`/nobody@elsewhere.test/${'0'.repeat(32)}`)
  await browser.send('PROPFIND', `/${bob}`)
  const stranger = browserClient(httpUrl, origin)
  await stranger.post('/api/sign-in', { address: bob, password: 'wrong' })
  const copies = await gateway.store.db.selectFrom('copies').select(['id', 'address']).execute()
  const carol = copies.find(({ address }) => address.startsWith('carol'))
  await gateway.messages.recall(carol?.id ?? '', 'a reason')
  await using client = await SmtpClient.ready(smtpPort)
  expect(await client.send('mallory@foreign.test', bob, Buffer.from('x'))).toMatch(/^550/)
  await gateway.delivery.idle()
}

async function page(url = gateway.httpUrl): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

const valueOf = (families: Family[], name: string, labels: Record<string, string> = {}) =>
  families
    .flatMap(({ samples }) => samples)
    .filter(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0)

describe('the page', () => {
  test('keeps to the conventions of Prometheus', async () => {
    const answer = await fetch(`${gateway.httpUrl}/metrics`)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = readMetrics(await answer.text())
    expect(wrongMetrics(families)).toEqual([])
    expect(families.length).toBeGreaterThan(50)
    for (const { name } of families) expect(name).toMatch(/^(postern|process|nodejs)_/)
  })

  test('names nobody: no address, no domain, no account, no id', async () => {
    const text = await page()
    expect(text).not.toContain('@')
    for (const word of ['elsewhere', 'foreign', 'Contract', 'Alice']) expect(text).not.toContain(word)
    for (const { samples } of readMetrics(text)) {
      for (const { labels } of samples) {
        for (const [name, value] of Object.entries(labels)) {
          const shown = `${name}="${value}"`
          expect(shown, 'an id').not.toMatch(/\b[0-9a-z]{26}\b|[0-9a-f]{16}|[A-Za-z0-9_-]{30}/)
          expect(shown, 'an IP address').not.toMatch(/\d+\.\d+\.\d+\.\d+/)
          if (!['route', 'version', 'node', 'kind', 'space'].includes(name))
            expect(value.length, shown).toBeLessThan(30)
        }
      }
    }
  })

  test('does not grow with what strangers ask for', async () => {
    const before = (await page()).split('\n').length
    for (let n = 0; n < 50; n++) await fetch(`${gateway.httpUrl}/stranger-${n}`)
    for (const method of ['PROPFIND', 'MKCOL', 'LOCK', 'SEARCH', 'REPORT']) {
      await fetch(`${gateway.httpUrl}/`, { method })
      await fetch(`${gateway.httpUrl}/metrics`, { method })
    }
    const after = (await page()).split('\n').length
    expect(after - before).toBeLessThan(40)
  })

  test('tells what has happened here', async () => {
    const families = readMetrics(await page())
    expect(valueOf(families, 'postern_events_total', { type: 'held' })).toBe(2)
    expect(valueOf(families, 'postern_events_total', { type: 'relayed' })).toBe(1)
    expect(valueOf(families, 'postern_events_total', { type: 'read' })).toBe(1)
    expect(valueOf(families, 'postern_events_total', { type: 'recalled' })).toBe(1)
    expect(valueOf(families, 'postern_notices_total', { type: 'notification', outcome: 'delivered' })).toBe(2)
    expect(valueOf(families, 'postern_notices_total', { type: 'read-receipt', outcome: 'delivered' })).toBe(1)
    expect(valueOf(families, 'postern_sign_ins_total', { way: 'portal', outcome: 'success' })).toBe(1)
    expect(valueOf(families, 'postern_sign_ins_total', { way: 'portal', outcome: 'failure' })).toBe(1)
    expect(
      valueOf(families, 'postern_http_request_seconds_count', {
        route: '/api/messages/:id/open',
        class: '2xx',
      }),
    ).toBe(1)
    expect(
      valueOf(families, 'postern_http_requests_total', { method: 'other', route: 'none' }),
    ).toBeGreaterThan(0)
    for (const name of [
      'postern_store_commit_seconds_count',
      'postern_store_commit_jobs_total',
      'postern_store_database_bytes',
      'postern_disk_free_bytes',
      'postern_vault_sealed_bytes_total',
      'postern_vault_sealed_seconds_total',
      'postern_vault_opened_bytes_total',
      'postern_build_info',
    ])
      expect(valueOf(families, name), name).toBeGreaterThan(0)
    expect(valueOf(families, 'postern_disk_size_bytes')).toBeGreaterThan(
      valueOf(families, 'postern_disk_free_bytes'),
    )
  })

  test('counts an event once however many ask at the same time', async () => {
    const before = valueOf(readMetrics(await page()), 'postern_events_total', { type: 'held' })
    await sendMail(gateway, { subject: '[secure] Again' })
    await Promise.all(Array.from({ length: 10 }, () => page()))
    expect(valueOf(readMetrics(await page()), 'postern_events_total', { type: 'held' })).toBe(before + 1)
  })

  test('tells how long the event loop was held, since it was last asked', async () => {
    await page()
    await until(async () => {
      const end = performance.now() + 120
      while (performance.now() < end) Math.random()
      await new Promise(setImmediate)
      return valueOf(readMetrics(await page()), 'postern_event_loop_delay_max_seconds') > 0.08
    }, 'the delay is seen')
  })

  test('counts what threads seal as well', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'postern-metrics-'))
    try {
      await using running = await startGatewayProcess({ dataDir, environment: { POSTERN_WORKERS: '2' } })
      using sender = await connectSender(running.smtpPort)
      const before = valueOf(readMetrics(await page(running.httpUrl)), 'postern_vault_sealed_bytes_total')
      const data = `Subject: [secure] x\r\n\r\n${'text '.repeat(40_000)}`
      expect(await sender.send({ from: 'alice@example.test', to: [bob], data })).toMatch(/^250/)
      await until(
        async () =>
          valueOf(readMetrics(await page(running.httpUrl)), 'postern_vault_sealed_bytes_total') >=
          before + 200_000,
        'what the thread sealed is counted',
      )
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})

describe('who sees it', () => {
  const asked = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(`${url}/metrics`, { headers })).status

  test('this machine, and nobody whom a proxy passes on', async () => {
    expect(await asked(gateway.httpUrl)).toBe(200)
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
      expect(await asked(gateway.httpUrl, { [name]: '127.0.0.1' }), name).toBe(404)
  })

  test('behind a proxy that is trusted, who is in the networks', async () => {
    await using behind = await startTestGateway({
      settings: { trustProxy: ['127.0.0.1'], metricsNetworks: ['10.1.0.0/16', '2001:db8::/32'] },
    })
    const from = (address: string) => asked(behind.httpUrl, { 'x-forwarded-for': address })
    expect(await from('10.1.2.3')).toBe(200)
    expect(await from('2001:db8::7')).toBe(200)
    expect(await from('10.2.0.1')).toBe(404)
    expect(await from('10.1.2.3, 203.0.113.9')).toBe(404)
    expect(await asked(behind.httpUrl)).toBe(404)
  })

  test('nobody, where no network is named; it looks like any address at which there is nothing', async () => {
    await using closed = await startTestGateway({ settings: { metricsNetworks: [] } })
    const [hidden, nothing] = await Promise.all(
      ['/metrics', '/metricz'].map(async (path) => (await fetch(`${closed.httpUrl}${path}`)).text()),
    )
    expect(hidden).toBe(nothing)
  })
})
