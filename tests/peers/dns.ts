import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, untilListening } from './postfix.ts'
import { program } from './require.ts'
import { temporaryDirectory } from './temporary.ts'

const run = promisify(execFile)

/**
 * A DNS of the test's own, on loopback: Knot serves the zones and signs some of them, Unbound asks Knot and checks
 * the signatures, as the server on a mail gateway's own machine does.
 */
export interface Dns extends AsyncDisposable {
  /** Of Unbound: `127.0.0.1:port`. */
  readonly server: string
  /** Of Knot, which knows nothing but its zones, and no DNSSEC to check. */
  readonly source: string
}

/** Zones by name (`signed.test`), records as zone files have them, names relative to the zone: `@ MX 10 mx1`. */
export interface Zones {
  /** Signed, and trusted. */
  readonly signed?: Readonly<Record<string, readonly string[]>>
  /** Signed by another key than the one that is trusted: what is asked there can't be answered. */
  readonly forged?: Readonly<Record<string, readonly string[]>>
  readonly plain?: Readonly<Record<string, readonly string[]>>
}

export async function startDns({ signed = {}, forged = {}, plain = {} }: Zones): Promise<Dns> {
  await using starting = new AsyncDisposableStack()
  const { path } = starting.use(await temporaryDirectory('dns'))
  for (const folder of ['zones', 'keys']) await mkdir(join(path, folder))
  const [source, port] = [await freePort(), await freePort()]
  const withKeys = { '.': [], ...signed, ...forged }
  const zones: Record<string, readonly string[]> = { ...withKeys, ...plain }
  for (const [name, records] of Object.entries(zones)) {
    await writeFile(join(path, 'zones', fileOf(name)), zoneFile(name, records))
  }

  const knot = join(path, 'knot.conf')
  await writeFile(knot, knotConfiguration(path, source, Object.keys(withKeys), Object.keys(plain)))
  starting.use(await started('knotd', ['-c', knot], source, join(path, 'knot.log')))

  const anchors: string[] = []
  for (const name of Object.keys(withKeys)) {
    const { stdout } = await run(program('keymgr'), ['-c', knot, name, 'ds'])
    const [ds = ''] = stdout.split('\n')
    // Another digest: of a key that nobody has.
    anchors.push(name in forged ? ds.replace(/[0-9a-f]{64}/i, '0'.repeat(64)) : ds)
  }
  const unbound = join(path, 'unbound.conf')
  await writeFile(join(path, 'anchors'), `${anchors.join('\n')}\n`)
  await writeFile(unbound, unboundConfiguration(path, source, port, Object.keys(zones), Object.keys(plain)))
  starting.use(await started('unbound', ['-d', '-c', unbound], port, join(path, 'unbound.log')))

  const living = starting.move()
  return {
    server: `127.0.0.1:${port}`,
    source: `127.0.0.1:${source}`,
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

async function started(
  name: 'knotd' | 'unbound',
  options: string[],
  port: number,
  log: string,
): Promise<AsyncDisposable> {
  const child = spawn(program(name), options, { stdio: 'ignore' })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill()
    await exited
  }
  try {
    await untilListening(port)
  } catch (error) {
    await stop()
    throw new Error(`${name} did not start:\n${await readFile(log, 'utf8').catch(() => '')}`, {
      cause: error,
    })
  }
  return { [Symbol.asyncDispose]: stop }
}

function fileOf(zone: string): string {
  return zone === '.' ? 'root' : zone
}

/** Nothing is remembered for longer than a second: Unbound's memory is in no test's way. */
function zoneFile(name: string, records: readonly string[]): string {
  const origin = name === '.' ? '.' : `${name}.`
  const own = ['@ SOA ns hostmaster 1 3600 600 86400 1', '@ NS ns', 'ns A 127.0.0.1']
  return [`$ORIGIN ${origin}`, '$TTL 1', ...own, ...records, ''].join('\n')
}

function knotConfiguration(path: string, port: number, signed: string[], plain: string[]): string {
  const zone = (name: string, signing: boolean) => `
  - domain: ${name}
    file: ${fileOf(name)}
    dnssec-signing: ${signing ? 'on' : 'off'}
    dnssec-policy: test`
  return `
server:
    rundir: ${path}
    listen: 127.0.0.1@${port}
log:
  - target: ${path}/knot.log
    any: warning
database:
    storage: ${path}/keys
policy:
  - id: test
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: ${path}/zones
    zonefile-sync: -1
    journal-content: none
zone:${signed.map((name) => zone(name, true)).join('')}${plain.map((name) => zone(name, false)).join('')}
`
}

function unboundConfiguration(
  path: string,
  source: number,
  port: number,
  zones: string[],
  plain: string[],
): string {
  return `
server:
  directory: "${path}"
  chroot: ""
  username: ""
  pidfile: ""
  logfile: "${path}/unbound.log"
  use-syslog: no
  interface: 127.0.0.1
  port: ${port}
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  do-not-query-localhost: no
  trust-anchor-file: "${path}/anchors"
  # Reserved for tests, and so known to Unbound as empty.
  local-zone: "test." nodefault
  module-config: "validator iterator"
${plain.map((name) => `  domain-insecure: "${name}"\n`).join('')}
remote-control:
  control-enable: no
${zones.map((name) => `stub-zone:\n  name: "${name}"\n  stub-addr: 127.0.0.1@${source}\n`).join('')}`
}
