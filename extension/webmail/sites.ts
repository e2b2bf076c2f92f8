/** Webmail sites on which the extension runs from the first day; every other site a person switches on. */
export const defaultSites: readonly string[] = [
  'https://mail.google.com/*',
  'https://outlook.live.com/*',
  'https://outlook.office.com/*',
  'https://outlook.office365.com/*',
  'https://outlook.cloud.microsoft/*',
  'https://mail.yahoo.com/*',
  'https://mail.proton.me/*',
  'https://www.icloud.com/*',
  'https://*.icloud-sandbox.com/*',
  'https://app.fastmail.com/*',
  'https://mail.zoho.com/*',
  'https://mail.zoho.eu/*',
  'https://*.gmx.net/*',
  'https://*.gmx.com/*',
  'https://*.mail.com/*',
]

/** Loopback: what the browser tests run on. Never in a build for people. */
export const testSites: readonly string[] = ['http://127.0.0.1/*', 'http://localhost/*']
