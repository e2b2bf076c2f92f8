/** What the finder has put into a page, seen with a debugger's eyes: its shadow roots are closed to everybody else. */
import type { CDPSession, ElementHandle, Frame, Page } from 'puppeteer'
import { z } from 'zod'
import type { Kind } from '../fixtures/webmails/expected.ts'

const Put = z.object({
  /** Class of what it is; `portal` for the portal's frame, `offer` for that of a reply. */
  kind: z.string(),
  text: z.string(),
  /** Accessible name of its button. */
  name: z.string(),
  title: z.string(),
  /** Of what a person presses, CSS px in the frame. */
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  colors: z.object({ ink: z.string(), paper: z.string(), border: z.string() }),
  direction: z.string(),
})
export type Put = z.infer<typeof Put> & { readonly host: ElementHandle; readonly frame: Frame }

/** Runs in the page, on a closed root. */
const look = `function () {
  const button = this.querySelector('button')
  const note = this.querySelector('[role=note]')
  const shown = button ?? note ?? this.firstElementChild
  const { x, y, width, height } = shown.getBoundingClientRect()
  const style = getComputedStyle(shown)
  const kind = this.querySelector('iframe') ? 'portal' : this.querySelector('[role=group]') ? 'offer'
    : note ? 'warning' : shown.className.replace(/ (light|dark)$/, '')
  return { kind, text: this.textContent.trim(), name: shown.getAttribute('aria-label') ?? '', title: shown.title ?? '',
    box: { x, y, width, height }, direction: style.direction,
    colors: { ink: style.color, paper: style.backgroundColor, border: style.borderTopColor } }
}`

/** Everything of ours in a page and its frames. */
export async function everythingIn(page: Page): Promise<Put[]> {
  const all = await Promise.all(page.frames().map((frame) => everythingInFrame(frame).catch(() => [])))
  return all.flat()
}

async function everythingInFrame(frame: Frame): Promise<Put[]> {
  const puts: Put[] = []
  for (const host of await frame.$$('>>> [data-postern]')) {
    // A cast at the edge: puppeteer keeps the session of a frame to itself, and frames of other origins have their own.
    const { client } = host as unknown as { client: CDPSession }
    const { objectId } = host.remoteObject()
    const { node } = await client.send('DOM.describeNode', {
      objectId: objectId ?? '',
      depth: 1,
      pierce: true,
    })
    const root = node.shadowRoots?.[0]
    if (!root) continue
    const { object } = await client.send('DOM.resolveNode', { backendNodeId: root.backendNodeId })
    const { result } = await client.send('Runtime.callFunctionOn', {
      objectId: object.objectId ?? '',
      functionDeclaration: look,
      returnByValue: true,
    })
    puts.push({ ...Put.parse(result.value), host, frame })
  }
  return puts
}

export function count(puts: readonly Put[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<string, number>> = {}
  for (const { kind } of puts) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** Presses what was put there, as a person with a mouse. */
export async function press({ host }: Put): Promise<void> {
  await host.evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }))
  await host.click()
}
