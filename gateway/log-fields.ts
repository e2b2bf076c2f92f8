/**
 * Fields of a log line cut down to what may stand there: whatever carries a secret or a word of a message by its
 * name is left out at any depth, bytes become their number, and of an error stay its kind, its words, where it came
 * from and its causes, never the object that it carries along (a request, a body, a connection).
 */
export function fieldsOf(fields: Record<string, unknown>): Record<string, unknown> {
  return recordOf(fields, 0)
}

/** As keys are compared: lower case, letters alone. */
const secretNames = new Set(
  [
    'password',
    'newPassword',
    'pass',
    'token',
    'accessToken',
    'refreshToken',
    'authorization',
    'auth',
    'credentials',
    'cookie',
    'setCookie',
    'secret',
    'seed',
    'key',
    'privateKey',
    'link',
    'url',
    'subject',
    'body',
    'html',
    'text',
    'content',
  ].map(plain),
)

const deepest = 6
const mostItems = 100
const longestText = 8000

function shown(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length > longestText ? `${value.slice(0, longestText)}…` : value
  }
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return errorOf(value, depth)
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (depth >= deepest) return '…'
  if (Array.isArray(value)) return value.slice(0, mostItems).map((one) => shown(one, depth + 1))
  if (value instanceof Map || value instanceof Set) return `${value.size} entries`
  return recordOf(value, depth)
}

function recordOf(value: object, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value)) {
    if (!isSecret(name)) fields[name] = shown(one, depth + 1)
  }
  return fields
}

/** Names already looked at: they are words of our code, and few. */
const looked = new Map<string, boolean>()

function isSecret(name: string): boolean {
  let secret = looked.get(name)
  if (secret === undefined) {
    secret = secretNames.has(plain(name))
    // Some come from outside, with an error's cause.
    if (looked.size < 1000) looked.set(name, secret)
  }
  return secret
}

function plain(name: string): string {
  return name.replace(/[^a-z]/gi, '').toLowerCase()
}

/** What errors of node, SQLite and SMTP say of themselves besides; all else that they carry is left out. */
const known = [
  'code',
  'status',
  'statusCode',
  'responseCode',
  'errno',
  'errcode',
  'errstr',
  'syscall',
  'kind',
]

function errorOf(error: Error, depth: number): unknown {
  if (depth >= deepest) return error.name
  const said: Record<string, unknown> = { type: error.name, message: wordsOf(error) }
  for (const name of known) {
    const value: unknown = Reflect.get(error, name)
    if (typeof value === 'string' || typeof value === 'number') said[name] = value
  }
  said['stack'] = framesOf(error)
  if (error.cause !== undefined) said['cause'] = shown(error.cause, depth + 1)
  if (error instanceof AggregateError) said['errors'] = shown(error.errors, depth + 1)
  return said
}

/** Where it was thrown. The words before the frames are those of the message, which stands beside. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('\n')
}

/** An error's words without the input that they quote. */
export function wordsOf(error: Error): string {
  const { message } = error
  // V8 quotes what it could not parse; that may be a message, a draft, a password.
  // By its name: an error that comes from another thread has lost its class.
  if (error.name === 'SyntaxError') return message.replace(/^(Unexpected token) [^]*/, '$1 …')
  // zod's words are its issues as JSON, with the keys that it found.
  if (/^\$?ZodError$/.test(error.name))
    return 'issues' in error && Array.isArray(error.issues) ? issuesOf(error.issues) : 'malformed'
  // node tells what it was given, of strings and numbers the value.
  return message.replace(
    /\bReceived (?:(type \w+|an instance of \w+|undefined|null)\b)?[^]*/,
    (_, kind: string | undefined) => `Received ${kind ?? '…'}`,
  )
}

function issuesOf(issues: readonly unknown[]): string {
  return issues
    .slice(0, 10)
    .map((issue) => {
      if (typeof issue !== 'object' || issue === null) return 'malformed'
      const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.join('.') : ''
      return `${path}: ${'code' in issue ? String(issue.code) : 'malformed'}`
    })
    .join('; ')
}
