import { Problem } from '../problem.ts'

/**
 * What keeps the store from its work:
 * - `full`: no room, or not enough left for the work that must go on.
 * - `failing`: the disk does not take or give what it should (I/O errors, turned read-only).
 * - `damaged`: what it gives is no sound database.
 * - `busy`: another process holds the database for longer than is waited for.
 */
export type TroubleKind = 'full' | 'failing' | 'damaged' | 'busy'

/** What the person and the peer are told is the same for all; the kind is for us and for the reply code of SMTP. */
export class StoreTrouble extends Problem {
  readonly kind: TroubleKind

  constructor(kind: TroubleKind, cause: unknown) {
    super(
      `store-${kind}`,
      503,
      'The gateway can store nothing at the moment. What it has is safe; try again in some minutes.',
      cause,
    )
    this.kind = kind
  }
}

/** By primary result code, https://www.sqlite.org/rescode.html */
const sqliteKinds: Record<number, TroubleKind> = {
  5: 'busy',
  6: 'busy',
  8: 'failing',
  10: 'failing',
  11: 'damaged',
  13: 'full',
  14: 'failing',
  15: 'failing',
  26: 'damaged',
}

const systemKinds: Record<string, TroubleKind> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EIO: 'failing',
  EROFS: 'failing',
  EACCES: 'failing',
  EPERM: 'failing',
  ENXIO: 'failing',
  ENODEV: 'failing',
  ESTALE: 'failing',
  ETIMEDOUT: 'failing',
  EMFILE: 'failing',
  ENFILE: 'failing',
}

/** EDQUOT of Linux. */
const quotaExceeded = 122

/** The trouble that an error of the database or of the file system tells of, or undefined where it is another matter. */
export function troubleOf(error: unknown): StoreTrouble | undefined {
  if (error instanceof StoreTrouble) return error
  if (!(error instanceof Error)) return undefined
  const sqlite = sqliteCode(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Node has no name for EDQUOT.
  const quota = 'errno' in error && error.errno === -quotaExceeded
  const kind = sqlite === undefined ? (quota ? 'full' : systemKinds[code]) : sqliteKinds[sqlite]
  return kind && new StoreTrouble(kind, error)
}

/** Primary result code of an error of node:sqlite. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

/** What the operator is told to do. */
export const advice: Record<TroubleKind, string> = {
  full: 'The disk of the data directory is full or nearly so: mail is put off (452) until there is room. Make room, or move the data directory to a larger disk.',
  failing:
    'The disk of the data directory does not work: mail is put off (451) until it does. Look for disk errors in the log of the system, and whether its file system was turned read-only.',
  damaged:
    'The database is damaged in places: what touches them is put off (451). Run “postern doctor --data” to see what is gone; restore the newest backup where that is much.',
  busy: 'Another process has held the database for long: mail is put off (451) until it lets go. Look for one that works on the data directory.',
}

/** For the operator who starts the gateway. */
export function unusable(directory: string, { kind, cause }: StoreTrouble): Problem {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Problem(
    'store-unusable',
    500,
    `The store in ${directory} can't be used (${why}). ${toDo[kind]}`,
    cause,
  )
}

const toDo: Record<TroubleKind, string> = {
  full: 'Its disk is full: make room.',
  failing:
    'Its disk does not take what is written: look for disk errors in the log of the system, whether its file system is read-only, and whose the files are.',
  damaged: 'The database is damaged: restore the newest backup. “postern doctor --data” tells more.',
  busy: 'Another process holds the database: look for one that works on the directory.',
}
