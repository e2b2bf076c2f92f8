import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Config } from '../../config/index.ts'
import { isSandbox } from '../../delivery/index.ts'
import { type Check, type Finding, codeOf, messageOf, ok, problem, warning } from './check.ts'

/** The ports: free, or this gateway's own. */
export const checkPorts: Check = async (config) => {
  const running = await isRunning(config)
  const ports: [name: string, port: number, variable: string][] = [
    ['SMTP', config.smtpPort, 'POSTERN_SMTP_PORT'],
    ['HTTP', config.httpPort, 'POSTERN_HTTP_PORT'],
  ]
  if (config.smtpsPort !== null) ports.push(['SMTP with TLS', config.smtpsPort, 'POSTERN_SMTPS_PORT'])
  const findings: Finding[] = []
  for (const [name, port, variable] of ports) {
    const code = await tryListening(config.host, port)
    if (code === undefined) findings.push(ok(`port ${port}`, `${name}: free.`))
    else if (code === 'EADDRINUSE' && running)
      findings.push(ok(`port ${port}`, `${name}: a gateway is running.`))
    else if (code === 'EADDRINUSE') {
      findings.push(
        problem(`port ${port}`, `${name}: another program has it.`, `Stop that one or set ${variable}.`),
      )
    } else {
      findings.push(
        problem(
          `port ${port}`,
          `${name}: can't be listened on at ${config.host} (${code}).`,
          `Set POSTERN_HOST or ${variable}.`,
        ),
      )
    }
  }
  return findings
}

async function isRunning({ host, httpPort }: Config): Promise<boolean> {
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  try {
    const url = `http://${local.includes(':') ? `[${local}]` : local}:${httpPort}/healthz`
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
    return answer.ok
  } catch {
    // Nobody answers, or not as a gateway does: that is the answer.
    return false
  }
}

/** Undefined where the port can be listened on, else why not. */
async function tryListening(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    return undefined
  } catch (error) {
    return codeOf(error) ?? messageOf(error)
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
}

/** The certificate of SMTP, where files are given. */
export const checkCertificate: Check = async ({ tlsCert, tlsKey }) => {
  if (tlsCert === null || tlsKey === null) {
    return [
      ok('certificate', 'SMTP uses a certificate of its own making; set tlsCert and tlsKey for a real one.'),
    ]
  }
  try {
    const certificate = new X509Certificate(await readFile(tlsCert))
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(tlsKey)))) {
      return [
        problem(
          'certificate',
          `${tlsKey} is not the key of ${tlsCert}.`,
          'Give the two files that belong together.',
        ),
      ]
    }
    const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / 86_400_000)
    if (days < 0) return [problem('certificate', `${tlsCert} has expired.`, 'Renew it.')]
    if (days < 14) return [warning('certificate', `${tlsCert} expires in ${days} days.`, 'Renew it.')]
    return [ok('certificate', `${tlsCert} is good for ${days} days.`)]
  } catch (error) {
    return [
      problem('certificate', messageOf(error), 'tlsCert and tlsKey are PEM files that this user can read.'),
    ]
  }
}

/** The address of the portal: what stands in every link. */
export const checkOrigin: Check = async (config, { addresses }) => {
  const { origin, host } = config
  const sandbox = isSandbox(config)
  const findings: Finding[] = []
  const open = !['127.0.0.1', '::1', 'localhost'].includes(host)
  if (sandbox && open) {
    findings.push(
      warning(
        'sandbox',
        `Without a smart host everybody who reaches ${host} can read the outbox, temporary passwords included.`,
        'Set POSTERN_SMART_HOST, or POSTERN_HOST=127.0.0.1.',
      ),
    )
  }
  if (origin === null) {
    findings.push(
      sandbox
        ? ok('origin', 'Links lead to this machine, as is right in the sandbox.')
        : problem(
            'origin',
            'Links lead to localhost, which recipients can not reach.',
            'Set POSTERN_ORIGIN, such as https://secure.example.com.',
          ),
    )
    return findings
  }
  const url = new URL(origin)
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    findings.push(
      problem(
        'origin',
        `${origin} is not https: passwords would cross the network in clear.`,
        'Put a reverse proxy with TLS in front and set POSTERN_ORIGIN to its https address.',
      ),
    )
  }
  try {
    findings.push(ok('origin', `${url.hostname} is ${(await addresses(url.hostname)).join(', ')}.`))
  } catch (error) {
    findings.push(
      problem(
        'origin',
        `${url.hostname} is not known in DNS (${codeOf(error) ?? messageOf(error)}).`,
        'Add its address to DNS.',
      ),
    )
  }
  return findings
}
