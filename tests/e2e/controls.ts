import { setTimeout as sleep } from 'node:timers/promises'
import type { ElementHandle, Frame, Mouse } from 'puppeteer'
import { allControls, findControl } from './find-control.ts'

/** How long a person waits for one thing, ms; generous, for a test machine does several things at once. */
const patience = 45_000

/**
 * What a person does and sees in one document: a page, or a frame inside of one. Controls are found by role and
 * accessible name, in every browser alike (Firefox's own search by role finds no password fields).
 */
export interface Controls {
  /** Replaces what stands in a field, typing as a person does. */
  fill(name: string | RegExp, text: string): Promise<void>
  /** Types where the focus is. */
  type(text: string): Promise<void>
  press(name: string | RegExp, role?: Role): Promise<void>
  /** Whether such a control is there now. */
  has(name: string | RegExp, role: Role): Promise<boolean>
  valueOf(name: string | RegExp): Promise<string>
  attach(name: string | RegExp, file: string): Promise<void>
  /** Waits until a text stands on the screen; resolves to all of it. */
  sees(text: string | RegExp): Promise<string>
  /** All text on the screen now; empty where there is no screen. */
  text(): Promise<string>
  /** The document itself, as it is now: frames are made anew. */
  frame(): Promise<Frame>
}

export type Role = 'button' | 'link' | 'textbox' | 'radio' | 'checkbox' | 'file'

/**
 * @param find the document, or undefined while it isn't there.
 * @param what what it is, for the message of a failed test.
 */
export function controlsIn(find: () => Promise<Frame | undefined>, what: string): Controls {
  const self: Controls = {
    async frame() {
      const frame = await until(`${what} is there`, find)
      return frame
    },
    async fill(name, text) {
      await onControl(name, 'textbox', async (control) => {
        await pressHandle(control)
        await control.evaluate((element) => {
          // All that stands there is replaced by what is typed next.
          if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) element.select()
        })
        await control.press('Backspace')
        await control.type(text)
      })
    },
    async type(text) {
      await (await self.frame()).page().keyboard.type(text)
    },
    press: (name, role = 'button') => onControl(name, role, pressHandle),
    async has(name, role) {
      const frame = await find()
      return frame !== undefined && (await answer(control(frame, name, role))) !== undefined
    },
    async valueOf(name) {
      let value = ''
      await onControl(name, 'textbox', async (control) => {
        value = await control.evaluate((element) =>
          element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.value : '',
        )
      })
      return value
    },
    attach: (name, file) =>
      onControl(name, 'file', async (control) => {
        // A cast at the edge: what is found by the role `file` is an input.
        await (control as ElementHandle<HTMLInputElement>).uploadFile(file)
      }),
    async sees(text) {
      const fits = (shown: string) => (typeof text === 'string' ? shown.includes(text) : text.test(shown))
      let shown = ''
      try {
        await until(`“${String(text)}” is on the screen`, async () => {
          shown = await self.text()
          return fits(shown) || undefined
        })
      } catch (error) {
        throw new Error(`“${String(text)}” is not in ${what}, but:\n${shown}`, { cause: error })
      }
      return shown
    },
    async text() {
      const frame = await find()
      return frame === undefined ? '' : answer(frame.evaluate(() => document.body.innerText)).catch(() => '')
    },
  }

  /** Finds a control and does something to it. Drawn anew in between, it is looked for again. */
  async function onControl(
    name: string | RegExp,
    role: Role,
    act: (control: ElementHandle) => Promise<void>,
  ): Promise<void> {
    let trouble: unknown
    const end = Date.now() + patience
    while (Date.now() < end) {
      const frame = await find().catch(() => undefined)
      const found = frame && (await answer(control(frame, name, role)).catch(() => undefined))
      if (found) {
        try {
          await answer(act(found), 30_000)
          return
        } catch (error) {
          trouble = error
        }
      }
      await sleep(100)
    }
    const controls = await find().then((frame) => frame?.evaluate(allControls))
    throw new Error(
      `${what} has no ${role} “${String(name)}” that can be used, but ${controls ?? 'is not there'}:\n${await self.text()}`,
      { cause: trouble },
    )
  }
  return self
}

/**
 * Presses the middle of an element with the mouse, once it holds still. Not by the element's own `click`, which waits
 * for an answer of the document: what is pressed may take its document away.
 */
export async function pressHandle(handle: ElementHandle): Promise<void> {
  const { mouse } = handle.frame.page()
  const middle = async () => {
    await handle.evaluate((element) => element.scrollIntoView({ block: 'nearest', behavior: 'instant' }))
    const box = await handle.boundingBox()
    if (box === null) throw new Error('it has no place on the screen')
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  const first = await middle()
  await sleep(50)
  const second = await middle()
  if (Math.hypot(first.x - second.x, first.y - second.y) > 1) throw new Error('it does not hold still')
  await clickAt(mouse, second)
}

/**
 * One click. A browser tells that it is done when the document has dealt with it, and says nothing at all where that
 * document is gone by then, as after Close; what the click has done is seen on the screen anyway.
 */
export async function clickAt(mouse: Mouse, { x, y }: { x: number; y: number }): Promise<void> {
  await Promise.race([mouse.click(x, y), sleep(3_000)])
}

/** What a document answers, or a failure where it doesn't: one that is being taken away may never answer. */
export function answer<T>(asked: Promise<T>, limit = 5_000): Promise<T> {
  const end = new AbortController()
  const late = sleep(limit, undefined, { signal: end.signal }).then(
    () => Promise.reject(new Error('the document does not answer')),
    () => Promise.reject(new Error('answered')),
  )
  return Promise.race([asked, late]).finally(() => end.abort())
}

/** Tries until there is something; the patience of a person is the limit. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limit = patience,
): Promise<T> {
  const end = Date.now() + limit
  let trouble: unknown
  for (;;) {
    try {
      const found = await answer(look(), 30_000)
      if (found !== undefined) return found
      trouble = undefined
    } catch (error) {
      // A document that goes away while it is looked at is looked at again.
      trouble = error
    }
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`, { cause: trouble })
    await sleep(100)
  }
}

async function control(frame: Frame, name: string | RegExp, role: Role): Promise<ElementHandle | undefined> {
  const source = name instanceof RegExp ? name.source : `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
  const found = await frame.evaluateHandle(findControl, source, role)
  const element = found.asElement()
  if (element === null) await found.dispose()
  // A cast at the edge: findControl gives elements only.
  return (element as ElementHandle | null) ?? undefined
}
