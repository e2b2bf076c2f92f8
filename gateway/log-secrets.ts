/**
 * The last look at a log line: what has the form of a secret of ours is cut out wherever it stands, for a remote
 * server may repeat in its reply what it was sent, and an error what it was given.
 */

interface Form {
  /** One of these stands in every line that has it: cheaper to look for than the form. */
  readonly signs: readonly string[]
  readonly form: RegExp
  /** What is left, to be searched for. */
  readonly stays: string
}

const forms: readonly Form[] = [
  // Links of notifications and of forgotten passwords.
  { signs: ['postern1.'], form: /\bpostern1\.[\w-]+\.[\w-]+\.[\w-]+/g, stays: 'postern1.…' },
  { signs: ['/reset/'], form: /\/reset\/[\w-]{16,}/g, stays: '/reset/…' },
  // Signed reply addresses: whoever knows one may write to its thread.
  { signs: ['r+', 'R+'], form: /\br\+[0-9a-f]{32}\.[0-9a-f]{28}/gi, stays: 'r+…' },
  // Cookies and tokens of HTTP, AUTH of SMTP.
  { signs: ['postern='], form: /\b(?:__Host-)?postern=[\w-]{16,}/g, stays: 'postern=…' },
  { signs: ['earer '], form: /\bbearer [\w.~+/=-]{8,}/gi, stays: 'Bearer …' },
  { signs: ['asic '], form: /\bbasic [\w.~+/=-]{8,}/gi, stays: 'Basic …' },
  {
    signs: ['AUTH ', 'Auth ', 'auth '],
    form: /\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)[ =]+[\w+/=-]+/gi,
    stays: 'AUTH …',
  },
  {
    signs: ['PRIVATE KEY-'],
    form: /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    stays: 'a private key …',
  },
]

/** Temporary passwords: nothing but their hyphens tells them from other words. */
const temporary = /\b[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}\b/g
/** The end of one; a form that begins with a hyphen is looked for six times as fast. */
const temporaryEnd = /-[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}\b/

/** Shorter ones than this would cut words apart. */
const shortest = 6

/** @param secrets that are cut out plain, percent-encoded, in hex and in base64. @returns a cleaner of lines. */
export function withoutSecrets(secrets: readonly string[]): (line: string) => string {
  const values = secrets.filter((secret) => secret.length >= shortest).flatMap(encodings)
  return (line) => {
    let clean = temporaryEnd.test(line) ? line.replace(temporary, '…') : line
    for (const { signs, form, stays } of forms) {
      if (signs.some((sign) => clean.includes(sign))) clean = clean.replace(form, stays)
    }
    for (const value of values) if (clean.includes(value)) clean = clean.replaceAll(value, '…')
    return clean
  }
}

/** A secret as it may stand in a line. In base64 it looks different at each of three places; the ends are cut off. */
export function encodings(secret: string | Uint8Array): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
    const text = whole.toString('base64').replace(/=+$/, '')
    const sure = text.slice(before === 0 ? 0 : before + 1, whole.length % 3 === 0 ? undefined : -1)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const plain =
    typeof secret === 'string'
      ? [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
      : []
  const hex = bytes.toString('hex')
  return [...new Set([...plain, hex, hex.toUpperCase(), ...base64])]
}
