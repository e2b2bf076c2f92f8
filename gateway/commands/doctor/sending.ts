import { access } from 'node:fs/promises'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { pino } from 'pino'
import type { Config } from '../../config/index.ts'
import { placesIn } from '../../data-directory.ts'
import { openInside } from '../../inside.ts'
import type { Account } from '../../people/index.ts'
import { type Check, type Finding, type World, messageOf, ok, problem, warning } from './check.ts'

/** The smart host: connect, EHLO, TLS, and the password where there is one. Sends nothing. */
export const checkSmartHost: Check = async (config) => {
  if (config.smartHost === null)
    return [ok('smart host', 'There is none: mail ends in the outbox of this machine.')]
  const { host, port, secure } = config.smartHost
  const name = `${host}:${port}`
  const user = config.smartHostUser
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    name: config.hostname ?? 'localhost',
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    // Whether its certificate is a good one is told apart from whether it answers.
    tls: { rejectUnauthorized: false },
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject)
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    const findings = [
      connection.secure
        ? ok('smart host', `${name} answers, with TLS.`)
        : warning(
            'smart host',
            `${name} answers, but offers no TLS: mail goes to it in clear.`,
            'Turn on STARTTLS there.',
          ),
    ]
    if (user !== null) findings.push(await checkLogin(connection, user, config.smartHostPassword ?? ''))
    return findings
  } catch (error) {
    return [
      problem(
        'smart host',
        `${name} can't be reached: ${messageOf(error)}`,
        'Check POSTERN_SMART_HOST, the firewall, and that it listens.',
      ),
    ]
  } finally {
    connection.close()
  }
}

async function checkLogin(connection: SMTPConnection, user: string, pass: string): Promise<Finding> {
  try {
    await new Promise<void>((resolve, reject) => {
      connection.login({ user, pass }, (error) => (error ? reject(error) : resolve()))
    })
    return ok('smart host login', `${user} may send.`)
  } catch (error) {
    return problem(
      'smart host login',
      messageOf(error),
      'Check POSTERN_SMART_HOST_USER and POSTERN_SMART_HOST_PASSWORD.',
    )
  }
}

/** DKIM keys of accounts: readable, and the same as in DNS. */
export const checkDkim: Check = async (config, world) => {
  const accounts = await accountsOf(config)
  const findings: Finding[] = []
  for (const account of accounts) findings.push(...(await checkAccount(account, world)))
  return findings.length > 0 ? findings : [ok('DKIM', 'No account signs its notices.')]
}

async function accountsOf(config: Config): Promise<Account[]> {
  const { database, masterKey } = placesIn(config.dataDir)
  try {
    await access(database)
    await access(masterKey)
  } catch {
    // No gateway was started here yet, or its key is missing, which another check tells.
    return []
  }
  await using stack = new AsyncDisposableStack()
  const { people } = await openInside(stack, config, { log: pino({ level: 'silent' }), now: Date.now })
  return await people.accounts()
}

async function checkAccount({ code, settings: { dkim } }: Account, { txt }: World): Promise<Finding[]> {
  if (!dkim) return []
  const name = `${dkim.selector}._domainkey.${dkim.domain}`
  const check = `DKIM of ${code}`
  let ours: { type: string; key: string }
  try {
    ours = publicKeyOf(dkim.privateKey)
  } catch (error) {
    return [problem(check, `Its key can't be read: ${messageOf(error)}`, 'Set a PEM key, RSA or Ed25519.')]
  }
  const record = `v=DKIM1; k=${ours.type}; p=${ours.key}`
  try {
    const records = (await txt(name)).map((record) => record.replaceAll(/\s/g, ''))
    const published = records.map((record) => /(?:^|;)p=([^;]*)/.exec(record)?.[1] ?? '')
    if (published.includes(ours.key)) {
      return [ok(check, `${name} fits.`)]
    }
    return [problem(check, `${name} holds another key.`, `Publish: ${record}`)]
  } catch {
    // No record, or no DNS: the same to whoever checks the signature.
    return [problem(check, `${name} is not in DNS.`, `Publish it as TXT: ${record}`)]
  }
}

/** Ed25519 keys are published bare (RFC 8463 section 3), RSA ones as SubjectPublicKeyInfo. */
function publicKeyOf(privateKey: string): { type: string; key: string } {
  const key = createPublicKey(createPrivateKey(privateKey))
  const spki = key.export({ type: 'spki', format: 'der' })
  return key.asymmetricKeyType === 'ed25519'
    ? { type: 'ed25519', key: spki.subarray(-32).toString('base64') }
    : { type: 'rsa', key: spki.toString('base64') }
}
