/**
 * Browser and system of a User-Agent header. Only names from these lists come out, never the header's own text,
 * which whoever signs in chooses.
 */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

export function browserOf(agent: string): { browser: string; system: string | undefined } | undefined {
  const browser = browsers.find(([form]) => form.test(agent))?.[1]
  return browser === undefined
    ? undefined
    : { browser, system: systems.find(([form]) => form.test(agent))?.[1] }
}
