import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { findProgram } from './require.ts'

const run = promisify(execFile)

/** Names under which Chromium and its relatives are installed, the best known to us first. */
const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
]

const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/**
 * The path of a browser that puppeteer can drive: `POSTERN_BROWSER`, or what is installed, or Debian's `chromium`,
 * which is installed here where this user may. Throws with what to do where there is none.
 */
export async function findBrowser(): Promise<string> {
  const named = process.env['POSTERN_BROWSER']
  if (named) return named
  const found = installed()
  if (found !== undefined) return found
  const trouble = await install()
  const now = installed()
  if (now !== undefined) return now
  throw new Error(
    'No Chromium, Chrome or Edge was found for the browser tests. ' +
      'On Debian or Ubuntu: sudo apt-get install chromium. Elsewhere install Chrome, ' +
      `or set POSTERN_BROWSER to the path of a browser.${trouble ? ` (${trouble})` : ''}`,
  )
}

/** What puppeteer needs to launch it: Chromium's own sandbox does not work for root. */
export async function launchOptions(): Promise<{ executablePath: string; args: string[] }> {
  const root = process.getuid?.() === 0
  return {
    executablePath: await findBrowser(),
    args: ['--disable-dev-shm-usage', ...(root ? ['--no-sandbox'] : [])],
  }
}

function installed(): string | undefined {
  return findProgram(...names) ?? elsewhere.find((path) => existsSync(path))
}

/** Resolves to why it could not be installed, or undefined. */
async function install(): Promise<string | undefined> {
  const apt = findProgram('apt-get')
  if (apt === undefined || process.getuid?.() !== 0) return undefined
  process.stderr.write('Installing Chromium for the browser tests (apt-get install chromium) ...\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run(apt, ['update', '-q'], { env })
    await run(apt, ['install', '-q', '-y', '--no-install-recommends', 'chromium'], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    })
    return undefined
  } catch (error) {
    return `apt-get: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`
  }
}
