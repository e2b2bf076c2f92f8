import { access } from 'node:fs/promises'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { pino } from 'pino'
import type { Config } from '../../config/index.ts'
import { placesIn } from '../../data-directory.ts'
import { openInside } from '../../inside.ts'
import type { Account } from '../../people/index.ts'
import { type Check, type Finding, type World, messageOf, ok, problem } from './check.ts'

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
