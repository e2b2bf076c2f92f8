import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { Problem } from '../problem.ts'

/** Key and certificate chain, PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

const day = 86_400_000

/**
 * The gateway's own certificate for SMTP, made on the first start and again when its name changed or it ends within
 * 30 days. Self-signed: mail servers encrypt to it opportunistically (RFC 7435) but can't verify it.
 *
 * @param directory where `smtp-key.pem` (0600) and `smtp-cert.pem` are kept.
 */
export async function ownCertificate({
  directory,
  hostname,
  now,
}: {
  directory: string
  hostname: string
  now: () => number
}): Promise<KeyAndCertificate> {
  const paths = { key: join(directory, 'smtp-key.pem'), cert: join(directory, 'smtp-cert.pem') }
  const [key, cert] = await Promise.all([read(paths.key), read(paths.cert)])
  if (key !== undefined && cert !== undefined && isGood({ key, cert }, hostname, now())) return { key, cert }

  const made = await generate([{ name: 'commonName', value: hostname }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now() - day),
    notAfterDate: new Date(now() + 825 * day),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: hostname }] },
    ],
  })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  // The key first: a crash in between leaves a pair that does not fit, which is made anew at the next start.
  await write(paths.key, made.private, 0o600)
  await write(paths.cert, made.cert, 0o644)
  return { key: made.private, cert: made.cert }
}

function isGood({ key, cert }: KeyAndCertificate, hostname: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(cert)
    return (
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      certificate.checkHost(hostname) !== undefined &&
      certificate.validToDate.getTime() - now > 30 * day
    )
  } catch {
    // Not a key or not a certificate: a file half written by hand. Both are made again.
    return false
  }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Problem(
      'certificate-unreadable',
      500,
      `${path} can't be read. Give this user the right to.`,
      error,
    )
  })
}

async function write(path: string, text: string, mode: number): Promise<void> {
  const file = await open(`${path}.new`, 'w', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
