import { setTimeout as sleep } from 'node:timers/promises'
import type { ElementHandle, Frame, Page } from 'puppeteer'
import { z } from 'zod'
import { clickAt } from './controls.ts'
import type { BrowserKind } from '../peers/extension-build.ts'

/**
 * What the extension has put into a page. Its shadow roots are closed to the page and to scripts of a test alike; the
 * browsers show them to their debuggers alone, each in its own way.
 */
export interface ClosedRoot {
  /** In the page. */
  readonly host: ElementHandle
  readonly text: string
  readonly controls: readonly ClosedControl[]
}

const Control = z.object({ name: z.string(), x: z.number(), y: z.number() })
/** x, y: its middle, from the top left corner of the host, CSS px. */
export type ClosedControl = z.infer<typeof Control>
const Inside = z.object({ text: z.string(), controls: z.array(Control) })

/** All of the extension's hosts in a document, in its order. */
export async function closedRoots(kind: BrowserKind, page: Page, frame: Frame): Promise<ClosedRoot[]> {
  const hosts = await frame.$$(hostSelector)
  const inside = await Promise.all(
    hosts.map((host, index) =>
      kind === 'chrome' ? insideChromium(page, host) : insideFirefox(frame, index),
    ),
  )
  return hosts.flatMap((host, index) => {
    const found = inside[index]
    return found ? [{ host, ...found }] : []
  })
}

/** Presses a control in a closed root, as a person with a mouse. False where it isn't there or doesn't hold still. */
export async function pressInside(
  kind: BrowserKind,
  page: Page,
  frame: Frame,
  name: RegExp,
): Promise<boolean> {
  const middle = async () => {
    for (const { host, controls } of await closedRoots(kind, page, frame)) {
      const control = controls.find((one) => name.test(one.name))
      if (!control) continue
      await host.evaluate((element) => element.scrollIntoView({ block: 'nearest', behavior: 'instant' }))
      const box = await host.boundingBox()
      if (box) return { x: box.x + control.x, y: box.y + control.y }
    }
    return undefined
  }
  const [first, second] = [await middle(), await sleep(100).then(middle)]
  if (!first || !second || Math.hypot(first.x - second.x, first.y - second.y) > 1) return false
  await clickAt(page.mouse, second)
  return true
}

const hostSelector = '[data-postern]'

/** Runs in the page, with a shadow root that only a debugger can give it. */
const look = `(root) => {
  const from = root.host.getBoundingClientRect()
  const controls = [...root.querySelectorAll('button, a, iframe')].map((one) => {
    const { left, top, width, height } = one.getBoundingClientRect()
    const name = one.getAttribute('aria-label') ?? (one.textContent.trim() || one.title)
    return { name, x: left - from.left + width / 2, y: top - from.top + height / 2 }
  })
  const text = [...root.children].filter((one) => one.localName !== 'style').map((one) => one.textContent).join(' ')
  return { text, controls }
}`

/** Over the DevTools protocol. */
async function insideChromium(page: Page, host: ElementHandle): Promise<z.infer<typeof Inside> | undefined> {
  const session = await page.createCDPSession()
  try {
    const backendNodeId = await host.backendNodeId()
    const { node } = await session.send('DOM.describeNode', { backendNodeId, depth: 1, pierce: true })
    const root = node.shadowRoots?.[0]
    if (!root) return undefined
    const { object } = await session.send('DOM.resolveNode', { backendNodeId: root.backendNodeId })
    const { result } = await session.send('Runtime.callFunctionOn', {
      objectId: object.objectId ?? '',
      functionDeclaration: `function () { return (${look})(this) }`,
      returnByValue: true,
    })
    return Inside.parse(result.value)
  } finally {
    await session.detach()
  }
}

const Host = z.object({
  result: z.object({ value: z.object({ shadowRoot: z.object({ sharedId: z.string() }).nullish() }) }),
})
const Text = z.object({ result: z.object({ value: z.string() }) })

/** Over WebDriver BiDi, which gives closed roots away when asked for all (script.SerializationOptions). */
async function insideFirefox(frame: Frame, index: number): Promise<z.infer<typeof Inside> | undefined> {
  // A cast at the edge: puppeteer has no call for this, and its types keep the way to one to themselves.
  const { connection } = frame.page().browser() as unknown as {
    connection: { send(method: string, parameters: object): Promise<{ result: unknown }> }
  }
  const call = async (functionDeclaration: string, more: object) =>
    (
      await connection.send('script.callFunction', {
        functionDeclaration,
        target: { context: (frame as unknown as { _id: string })._id },
        awaitPromise: false,
        ...more,
      })
    ).result
  const host = Host.parse(
    await call(`() => document.querySelectorAll('${hostSelector}')[${index}]`, {
      serializationOptions: { maxDomDepth: 1, includeShadowTree: 'all' },
    }),
  )
  const sharedId = host.result.value.shadowRoot?.sharedId
  if (sharedId === undefined) return undefined
  const text = await call(`(root) => JSON.stringify((${look})(root))`, { arguments: [{ sharedId }] })
  return Inside.parse(JSON.parse(Text.parse(text).result.value))
}
