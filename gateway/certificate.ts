import { readFile } from 'node:fs/promises'
import type { Config } from './config/index.ts'
import { placesIn } from './data-directory.ts'
import { type KeyAndCertificate, ownCertificate } from './intake/index.ts'
import { Problem } from './problem.ts'

/** Key and certificate of the SMTP listeners: the files of the configuration, else our own making. */
export async function certificateOf(
  { tlsCert, tlsKey, dataDir }: Pick<Config, 'tlsCert' | 'tlsKey' | 'dataDir'>,
  hostname: string,
  now: () => number,
): Promise<KeyAndCertificate> {
  if (tlsCert === null || tlsKey === null) {
    return ownCertificate({ directory: placesIn(dataDir).certificates, hostname, now })
  }
  try {
    return { cert: await readFile(tlsCert, 'utf8'), key: await readFile(tlsKey, 'utf8') }
  } catch (error) {
    throw new Problem(
      'certificate-unreadable',
      500,
      `The certificate can't be read (${error instanceof Error ? error.message : String(error)}). Check tlsCert and tlsKey.`,
      error,
    )
  }
}
