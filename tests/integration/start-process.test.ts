import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const main = join(root, 'gateway/main.ts')

let dataDir: string
let running: ChildProcess[]
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'postern-start-'))
  running = []
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(dataDir, { recursive: true, force: true })
})

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** Resolves once the output matches. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly exit: Promise<number | null>
}

function run(
  file: string,
  args: string[],
  environment: Record<string, string> = {},
  identity: { uid?: number; gid?: number } = {},
): Run {
  const child = spawn(file, args, {
    ...identity,
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      POSTERN_DATA: dataDir,
      POSTERN_SMTP_PORT: '0',
      POSTERN_HTTP_PORT: '0',
      ...environment,
    },
  })
  running.push(child)
  let output = ''
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const waiting = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const wake of waiting) wake()
  })
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code)
      for (const wake of waiting) wake()
    })
  })
  return {
    child,
    exit,
    output: () => output,
    errors: () => errors,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output)
          if (match) resolve(match)
          else if (child.exitCode !== null) reject(new Error(`it ended: ${output}${errors}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
  }
}

const start = (environment?: Record<string, string>) => run(process.execPath, [main, 'start'], environment)

describe('postern start', () => {
  test('tells where everything is, how to sign in and how to send', async () => {
    const gateway = start()
    const [, url = ''] = await gateway.said(/Portal {4}(http:\/\/localhost:\d+)\/portal/)
    await gateway.said(/Stop with Ctrl\+C/)
    const text = gateway.output()
    expect(text).toContain(`Outbox    ${url}/outbox`)
    expect(text).toMatch(/SMTP {6}localhost:\d+/)
    expect(text).toMatch(
      /Email Address {3}admin@example\.test\n {2}Password {8}[a-z0-9]{5}(-[a-z0-9]{5}){3}\n/,
    )
    expect(text).toMatch(/swaks --server localhost:\d+ --from alice@example\.test/)
    expect((await fetch(`${url.replace('localhost', '127.0.0.1')}/readyz`)).status).toBe(200)
    gateway.child.kill('SIGTERM')
    expect(await gateway.exit).toBe(0)
    // Neither the password nor anything else of that text is in the log.
    expect(gateway.errors()).not.toMatch(/[a-z0-9]{5}-[a-z0-9]{5}-/)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it cleanly, twice said as well', async (signal) => {
    const gateway = start()
    await gateway.said(/Stop with/)
    gateway.child.kill(signal)
    gateway.child.kill(signal)
    expect(await gateway.exit).toBe(0)
    expect(gateway.output()).toContain('Postern has stopped.')
  })

  test('keeps the first administrator’s password until it is changed', async () => {
    const password = async () => {
      const gateway = start()
      const [, found] = await gateway.said(/Password {8}(\S+)/)
      gateway.child.kill('SIGTERM')
      await gateway.exit
      return found
    }
    expect(await password()).toBe(await password())
  })

  test('keeps its data from other users', async () => {
    const gateway = start()
    await gateway.said(/Stop with/)
    gateway.child.kill('SIGTERM')
    await gateway.exit
    expect((await stat(join(dataDir, 'keys', 'master.key'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'keys'))).mode & 0o077).toBe(0)
    expect((await readdir(dataDir)).sort()).toEqual(
      expect.arrayContaining(['bodies', 'certificates', 'keys', 'postern.db']),
    )
    const stored = await readFile(join(dataDir, 'postern.db'), 'latin1')
    const [, password = 'none'] = /Password {8}(\S+)/.exec(gateway.output()) ?? []
    expect(stored).not.toContain(password)
  })

  test('takes its settings from postern.json', async () => {
    await writeFile(join(dataDir, 'postern.json'), JSON.stringify({ origin: 'https://secure.example.com' }))
    const gateway = start()
    await gateway.said(/Portal {4}https:\/\/secure\.example\.com\/portal/)
  })
})

describe('postern start refuses, and says what to do', () => {
  let other: Server
  let taken: string
  beforeEach(async () => {
    other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    taken = String((other.address() as AddressInfo).port)
  })
  afterEach(() => new Promise((resolve) => other.close(resolve)))

  test.each([
    ['POSTERN_HTTP_PORT', 'HTTP'],
    ['POSTERN_SMTP_PORT', 'SMTP'],
  ])('when the port of %s is taken', async (variable) => {
    const gateway = start({ [variable]: taken })
    expect(await gateway.exit).toBe(1)
    expect(gateway.errors()).toContain(`Port ${taken}`)
    expect(gateway.errors()).toContain(variable)
    expect(gateway.errors()).not.toContain('    at ')
  })

  test('when a setting is wrong', async () => {
    const gateway = start({ POSTERN_ORIGIN: 'secure.example.com' })
    expect(await gateway.exit).toBe(1)
    expect(gateway.errors()).toContain('POSTERN_ORIGIN: "secure.example.com" does not fit.')
  })

  test('when the data directory is a file', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    const gateway = start({ POSTERN_DATA: file })
    expect(await gateway.exit).toBe(1)
    expect(gateway.errors()).toMatch(/POSTERN_DATA/)
    expect(gateway.errors()).not.toContain('    at ')
  })

  test('when the data directory can not be written', async () => {
    await chmod(dataDir, 0o555)
    // Root may write anywhere, so it is nobody who tries.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const gateway = run(process.execPath, [main, 'start'], {}, nobody)
    expect(await gateway.exit).toBe(1)
    expect(gateway.errors()).toContain("can't be written")
    await chmod(dataDir, 0o700)
  })

  test('when the master key is damaged, and leaves it as it is', async () => {
    const first = start()
    await first.said(/Stop with/)
    first.child.kill('SIGTERM')
    await first.exit
    const key = join(dataDir, 'keys', 'master.key')
    await writeFile(key, 'not a key')
    const gateway = start()
    expect(await gateway.exit).toBe(1)
    expect(gateway.errors()).toContain(key)
    expect(await readFile(key, 'utf8')).toBe('not a key')
  })
})

// Builds the pages first, as the contract has it.
test('npm start passes SIGTERM on and ends with 0', async () => {
  const gateway = run('npm', ['start'])
  await gateway.said(/Stop with/)
  gateway.child.kill('SIGTERM')
  expect(await gateway.exit).toBe(0)
  expect(gateway.output()).toContain('Postern has stopped.')
})
