import type { Page } from 'puppeteer'
import type { ExtensionBrowser } from '../peers/extension.ts'
import { type Controls, controlsIn } from './controls.ts'

/** Trusts a gateway in the options, as a person does who was told its address and its fingerprint. */
export async function pairGateway(
  { openOwnPage }: Pick<ExtensionBrowser, 'openOwnPage'>,
  {
    address,
    fingerprint,
    seen,
  }: { address: string; fingerprint: string; seen?: (page: Page) => Promise<void> },
): Promise<void> {
  const page = await openOwnPage('options.html')
  const options: Controls = controlsIn(async () => page.mainFrame(), 'the options')
  await options.fill('Address of the gateway', address)
  await options.press('Look up')
  const shown = await options.sees('Compare the fingerprint before you trust it')
  if (!spaceless(shown).includes(spaceless(fingerprint)))
    throw new Error(`the fingerprint ${fingerprint} is not shown, but:\n${shown}`)
  await seen?.(page)
  await options.press('They are the same: trust this gateway')
  await options.sees('is trusted now')
  await page.close()
}

const spaceless = (text: string) => text.replaceAll(/\s+/g, '')
