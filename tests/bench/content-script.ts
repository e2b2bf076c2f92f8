/**
 * What the content script costs a page, beside an extension that does nothing and one that looks at everything again:
 * size, longest and total time on busy pages of 5,000 and 50,000 nodes, memory after an hour of use (accelerated).
 * Alone: `node tests/bench/content-script.ts [--quick]`.
 */
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { CDPSession, Page } from 'puppeteer'
import { signingGateway } from '../fixtures/webmails/gateway.ts'
import { type ExtensionBrowser, openBrowserWithExtension } from '../peers/extension.ts'
import { builtExtension } from '../peers/extension-build.ts'
import { temporaryDirectory } from '../peers/temporary.ts'
import { generatedPage } from './content-script-page.ts'
import { type OwnTime, ownTime } from './trace.ts'

export type Row = readonly [what: string, value: string, target: string]

const sizes = [5000, 50_000]

/** @param quick seconds rather than minutes. */
export async function contentScriptBench(quick: boolean): Promise<Row[]> {
  await using resources = new AsyncDisposableStack()
  const own = process.env['POSTERN_EXTENSION_OUT']
  const built = own === undefined ? await builtExtension('chrome') : `${own}/chrome-mv3-testing`
  const { path: directory } = resources.use(await temporaryDirectory('rivals'))
  const rows: Row[] = [
    await size(built, 'content-scripts/webmail.js', '30 KB'),
    await size(built, 'open.js', ''),
  ]
  const rivals = {
    Postern: built,
    empty: await rival(directory, 'empty'),
    'naive rescan': await rival(directory, 'naive'),
  }
  const gateway = signingGateway('https://secure.unknown.test')
  const links = Array.from({ length: 10 }, (_, index) =>
    gateway.link({ handle: index.toString(16).padStart(32, '0') }),
  )
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(generatedPage(Number(request.url?.slice(1)) || 100, links))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  resources.defer(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  for (const [name, extension] of Object.entries(rivals)) {
    await using opened = await openBrowserWithExtension('chrome', { extension })
    for (const nodes of sizes) {
      const { load, busy, tasks } = await measure(opened, `${origin}/${nodes}`, quick ? 4000 : 20_000)
      const target = name === 'Postern' ? '4 ms' : ''
      const label = `${name}, ${nodes.toLocaleString('en')} nodes`
      rows.push([`${label}: longest task of its own`, ms(Math.max(load.longest, busy.longest)), target])
      rows.push([`${label}: reading the script`, ms(load.first), target])
      rows.push([`${label}: at load / each busy second`, `${ms(load.total)} / ${ms(busy.total)}`, ''])
      rows.push([`${label}: page's tasks over 50 ms`, `${tasks}`, ''])
    }
    if (name === 'Postern') rows.push(await memory(opened, `${origin}/2000`, quick ? 120 : 720, links))
  }
  return rows
}

const ms = (value: number) => `${value.toFixed(1)} ms`

async function size(built: string, file: string, target: string): Promise<Row> {
  const bytes = await readFile(join(built, file))
  const { size } = await stat(join(built, file))
  return [
    `${file}, minified / gzip`,
    `${(size / 1000).toFixed(1)} / ${(gzipSync(bytes).length / 1000).toFixed(1)} KB`,
    target,
  ]
}

async function rival(directory: string, name: string): Promise<string> {
  const path = join(directory, name)
  await mkdir(path)
  await copyFile(join(import.meta.dirname, 'content-script-rivals', `${name}.js`), join(path, 'content.js'))
  const script = {
    matches: ['http://127.0.0.1/*'],
    js: ['content.js'],
    all_frames: true,
    run_at: 'document_idle',
  }
  await writeFile(
    join(path, 'manifest.json'),
    JSON.stringify({ manifest_version: 3, name, version: '1', content_scripts: [script] }),
  )
  return path
}

/** Time at load (4 s), and a second of it under mutations. */
async function measure(
  { browser, extensionOrigin }: ExtensionBrowser,
  url: string,
  duration: number,
): Promise<{ load: OwnTime; busy: OwnTime; tasks: number }> {
  const page = await browser.newPage()
  const session = await page.createCDPSession()
  const load = await ownTime(session, extensionOrigin, async () => {
    await page.goto(url)
    await sleep(4000)
  })
  await page.evaluate(() => {
    const scope = window as unknown as { busy(): void; long: number }
    scope.long = 0
    new PerformanceObserver((list) => (scope.long += list.getEntries().length)).observe({ type: 'longtask' })
    scope.busy()
  })
  const busy = await ownTime(session, extensionOrigin, () => sleep(duration))
  const tasks = await page.evaluate(() => (window as unknown as { long: number }).long)
  await page.close()
  return { load, busy: { ...busy, total: (busy.total / duration) * 1000 }, tasks }
}

/** An hour of use: a mail every five seconds, one after the other as fast as the finder follows. */
async function memory(
  opened: ExtensionBrowser,
  url: string,
  mails: number,
  links: readonly string[],
): Promise<Row> {
  const page = await opened.browser.newPage()
  const session = await page.createCDPSession()
  await page.goto(url)
  const read = async (from: number, to: number) => {
    for (let mail = from; mail < to; mail++) await openMail(page, links[mail % links.length] ?? '', mail)
    return used(session)
  }
  const early = await read(0, Math.round(mails / 6))
  const late = await read(Math.round(mails / 6), mails)
  await page.close()
  const change = (one: number, other: number) => `${(one / 1e6).toFixed(2)} -> ${(other / 1e6).toFixed(2)} MB`
  return [
    `memory after 10 minutes -> an hour (${mails} mails)`,
    `${change(early.heap, late.heap)}, ${early.nodes} -> ${late.nodes} nodes, ${early.listeners} -> ${late.listeners} listeners`,
    'flat',
  ]
}

async function openMail(page: Page, link: string, mail: number): Promise<void> {
  await page.evaluate(
    (link, mail) => {
      const row = document.querySelector('.row') ?? document.body
      const rest = `?mail=${mail}`
      row.innerHTML = `<p>${'text '.repeat(200)}</p><a href="${link}${rest}">Read the message</a><p>${link.split('/m/')[1]}</p>`
    },
    link,
    mail,
  )
  await page.waitForSelector('[data-postern]', { timeout: 5000 }).catch(() => undefined)
}

async function used(session: CDPSession): Promise<{ heap: number; nodes: number; listeners: number }> {
  await sleep(1500)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  return { heap: usedSize, nodes, listeners: jsEventListeners }
}

if (import.meta.main) {
  for (const row of await contentScriptBench(process.argv.includes('--quick')))
    process.stdout.write(`${row[0].padEnd(58)} ${row[1].padEnd(44)} ${row[2]}\n`)
}
