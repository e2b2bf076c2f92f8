import { access, constants, stat, statfs } from 'node:fs/promises'
import { placesIn } from '../../data-directory.ts'
import { loadMasterKey } from '../../vault/index.ts'
import { type Check, codeOf, messageOf, ok, problem, warning } from './check.ts'

const megabyte = 1024 * 1024

/** The data directory: there, ours, closed to others, with room, and the master key in it. */
export const checkData: Check = async ({ dataDir, sizeLimit }) => {
  const about = await stat(dataDir).catch((error: unknown) => codeOf(error) ?? 'unreadable')
  if (about === 'ENOENT') {
    return [warning('data directory', `${dataDir} is not there yet.`, 'Start the gateway once; it makes it.')]
  }
  if (typeof about === 'string' || !about.isDirectory()) {
    return [
      problem('data directory', `${dataDir} is no directory that can be read.`, 'Set POSTERN_DATA to one.'),
    ]
  }
  const findings = []
  const rights = constants.R_OK | constants.W_OK | constants.X_OK
  const writable = await access(dataDir, rights).then(
    () => true,
    () => false,
  )
  findings.push(
    writable
      ? ok('data directory', `${dataDir} can be written.`)
      : problem(
          'data directory',
          `${dataDir} can't be written.`,
          `Give this user the right to, such as: chown -R $(id -un) ${dataDir}`,
        ),
  )
  if ((about.mode & 0o077) !== 0) {
    findings.push(
      warning('data directory', 'Other users of this machine can look into it.', `Run: chmod 700 ${dataDir}`),
    )
  }
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const room = `${Math.floor(free / megabyte)} MB are free.`
  if (free < Math.max(200 * megabyte, 4 * sizeLimit)) {
    findings.push(
      problem('disk space', room, 'Make room or move the data directory: mail is refused on a full disk.'),
    )
  } else if (free < 1024 * megabyte) {
    findings.push(warning('disk space', room, 'Make room soon: mail is refused on a full disk.'))
  } else findings.push(ok('disk space', room))
  return [...findings, ...(await checkMasterKey(dataDir))]
}

async function checkMasterKey(dataDir: string) {
  const { masterKey, database } = placesIn(dataDir)
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      (error: unknown) => codeOf(error) !== 'ENOENT',
    )
  if (!(await isThere(masterKey))) {
    // Reading would make a new one, and with it everything stored were lost for good.
    return (await isThere(database))
      ? [
          problem(
            'master key',
            `${masterKey} is missing, but there is data sealed under it.`,
            'Restore it from your backup of the keys before you start the gateway.',
          ),
        ]
      : [ok('master key', 'It is made at the first start.')]
  }
  try {
    await loadMasterKey(masterKey)
    return [
      ok('master key', `${masterKey} can be read by this user alone. Keep a copy of it apart from the data.`),
    ]
  } catch (error) {
    return [problem('master key', messageOf(error), 'See what is said, then run doctor again.')]
  }
}
