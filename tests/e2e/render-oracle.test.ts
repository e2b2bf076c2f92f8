import { existsSync } from 'node:fs'
import puppeteer, { type Browser, type Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions } from '../peers/browser.ts'
import { corporaFolder, corporaVectors, type Vector } from './render-page/corpora.ts'
import type { Way } from './render-page/main.ts'
import { type ServedPage, servePage } from './render-page/serve.ts'
import { ownVectors } from './render-page/vectors.ts'

/**
 * The render oracle: every known attack by HTML mail goes through the portal's own cleaning and frame, under the
 * portal's own policy, in a real browser. Every name resolves to the test's server, so that nothing escapes unseen.
 */
const perPage = 60

interface Watched {
  page: Page
  /** What the browser asked for, tried to ask for, or did that it must not. */
  trouble: string[]
}

async function watch(browser: Browser, served: ServedPage): Promise<Watched> {
  const page = await browser.newPage()
  await page.setViewport({ width: 1300, height: 900 })
  const trouble: string[] = []
  await page.goto(served.url)
  await page.waitForFunction('window.oracle !== undefined')
  page.on('request', (request) => {
    if (!/^(data:|about:)/.test(request.url())) trouble.push(`request ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    trouble.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', () => trouble.push('popup'))
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) trouble.push(`top navigation to ${frame.url()}`)
    else if (!/^(about:(srcdoc|blank)|)$/.test(frame.url())) trouble.push(`navigation to ${frame.url()}`)
  })
  page.on('console', (message) => {
    if (/blocked|refused|violates|sandboxed/i.test(message.text())) trouble.push(`console: ${message.text()}`)
  })
  return { page, trouble }
}

/** Shows vectors and gives every frame time to load and for a second thought. */
async function show({ page, trouble }: Watched, vectors: readonly Vector[], way: Way): Promise<string[]> {
  const before = trouble.length
  const outcomes = await page.evaluate(
    (messages, how) => window.oracle.make(messages, how),
    vectors.map(({ html }) => html),
    way,
  )
  // What the browser only remarks while parsing reaches nobody; from here on everything counts.
  trouble.splice(
    0,
    trouble.length,
    ...trouble.filter((what, at) => at < before || !what.startsWith('console')),
  )
  await page.evaluate(() => window.oracle.show())
  if (way === 'cleaned')
    await page.waitForFunction("document.querySelector('.message-frame__frame_waiting') === null", {
      timeout: 10_000,
    })
  await new Promise((resolve) => setTimeout(resolve, way === 'cleaned' ? 150 : 600))
  return outcomes
}

/** How many pixels outside of the frames are not the ground's green any more. */
async function drawnOutside(page: Page): Promise<number> {
  const picture = await page.screenshot({ encoding: 'base64' })
  return page.evaluate(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.drawImage(image, 0, 0)
    for (const box of Array.from(document.querySelectorAll('.box'))) {
      const { x, y, width, height } = box.getBoundingClientRect()
      context.fillStyle = 'rgb(0 128 0)'
      context.fillRect(x, y, width, height)
    }
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data
    let strange = 0
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at] !== 0 || pixels[at + 1] !== 128 || pixels[at + 2] !== 0) strange++
    return strange
  }, picture)
}

const batches = <T>(all: readonly T[]) =>
  Array.from({ length: Math.ceil(all.length / perPage) }, (_, index) =>
    all.slice(index * perPage, (index + 1) * perPage),
  )

const firefox = '/usr/bin/firefox-esr'

const browsers = [
  {
    name: 'Chromium',
    here: true,
    launch: async (port: number) => {
      const { executablePath, args } = await launchOptions()
      // The browser asks its maker for updates and the time: those hosts are left out here, and what a message asks
      // of them is still seen by `watch`.
      const makers = ['google.com', 'googleapis.com', 'gvt1.com', 'gstatic.com']
      const rules = [...makers.map((host) => `MAP *.${host} ~NOTFOUND`), `MAP * 127.0.0.1:${port}`]
      return puppeteer.launch({
        executablePath,
        args: [
          ...args,
          '--disable-gpu',
          '--disable-background-networking',
          `--host-resolver-rules=${rules.join(', ')}`,
        ],
      })
    },
  },
  {
    name: 'Firefox (skipped where firefox-esr is not installed)',
    here: existsSync(firefox),
    launch: (port: number) =>
      puppeteer.launch({
        browser: 'firefox',
        executablePath: firefox,
        extraPrefsFirefox: {
          'network.proxy.type': 1,
          'network.proxy.http': '127.0.0.1',
          'network.proxy.http_port': port,
          'network.proxy.ssl': '127.0.0.1',
          'network.proxy.ssl_port': port,
          'network.proxy.no_proxies_on': '127.0.0.1',
        },
      }),
  },
]

for (const { name, here, launch } of browsers) {
  describe.skipIf(!here)(`HTML of messages in ${name}`, () => {
    let served: ServedPage
    let browser: Browser
    beforeAll(async () => {
      served = await servePage()
      browser = await launch(served.port)
    })
    afterAll(async () => {
      await browser.close()
      await served[Symbol.asyncDispose]()
    })

    const run = async (vectors: readonly Vector[], way: Way) => {
      served.strays.length = 0
      const watched = await watch(browser, served)
      const outcomes: string[] = []
      for (const batch of batches(vectors)) {
        outcomes.push(...(await show(watched, batch, way)))
        if (way === 'cleaned') expect(await drawnOutside(watched.page)).toBe(0)
      }
      const { page, trouble } = watched
      expect(await page.title()).toBe('render oracle')
      expect(page.url()).toBe(served.url)
      await page.close()
      return { outcomes, trouble: [...new Set(trouble)], strays: [...served.strays] }
    }

    it.skipIf(corporaFolder === undefined)(
      'every published attack (skipped where ../shared/corpora is absent) asks nobody, runs nothing, goes nowhere, draws in its frame alone',
      async () => {
        const { trouble, strays } = await run(corporaVectors(), 'cleaned')
        expect(strays).toEqual([])
        expect(trouble).toEqual([])
      },
    )

    it('every attack known from mail readers asks nobody, runs nothing, goes nowhere, draws in its frame alone', async () => {
      const { trouble, strays, outcomes } = await run(ownVectors, 'cleaned')
      expect(strays).toEqual([])
      expect(trouble).toEqual([])
      expect(outcomes.filter((outcome) => outcome === 'shown').length).toBeGreaterThan(
        ownVectors.length * 0.9,
      )
    })

    it('the frame alone holds where nothing was cleaned', async () => {
      const { trouble, strays } = await run([...corporaVectors(), ...ownVectors], 'raw')
      // Firefox looks ahead for pictures of the page's own host before it reads the frame's policy.
      expect(strays.filter((stray) => !stray.startsWith('GET 127.0.0.1'))).toEqual([])
      expect(trouble.filter((what) => /^(dialog|popup|top)/.test(what))).toEqual([])
      // The attacks are alive: what stopped them says so.
      if (name === 'Chromium') expect(trouble.length).toBeGreaterThan(100)
    })
  })
}
