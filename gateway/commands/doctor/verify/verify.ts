import type { Inside } from '../../../inside.ts'
import { lookAtAccounts } from './accounts.ts'
import { lookAtDrafts } from './drafts.ts'
import { lookAtBodies, lookAtFiles } from './files.ts'
import { IdSet } from './id-set.ts'
import { type Gone, type Issue, sentence } from './issue.ts'
import { lookAtMessages } from './messages.ts'
import { lookAtOutbox } from './outbox.ts'
import { lookAtRows } from './rows.ts'
import type { Look, Verification } from './verification.ts'

/** Something found, and what was done about it. */
export interface Found {
  readonly kind: string
  readonly detail: string
  readonly gone: Gone | null
  /** Whether `--repair` could do something about it. */
  readonly repairable: boolean
  /** What was done, null: nothing. */
  readonly done: string | null
}

export interface VerifyOptions {
  /** Looks whether everything is there with its full length, and opens no bodies. */
  readonly quick: boolean
  readonly repair: boolean
  /** Gives up more messages than a small part of them. */
  readonly many: boolean
  /** ms since 1970 */
  readonly now: number
  readonly progress: (what: string, count: number) => void
}

/**
 * Messages given up without being asked again: more than that looks like a directory that is not mounted or a backup
 * that was half restored, which can be put right.
 */
const few = 20
const smallPart = 0.05

const looks: readonly Look[] = [
  lookAtMessages,
  lookAtDrafts,
  lookAtOutbox,
  lookAtRows,
  lookAtFiles,
  lookAtBodies,
]

/**
 * Holds the store against its bodies. Works beside a running gateway: what changes while it is looked at is looked at
 * again before it is told of. Takes memory for the ids of bodies (8 bytes each) and for what it finds.
 */
export async function verifyStore(inside: Inside, options: VerifyOptions): Promise<Found[]> {
  const { accounts, issues, wrongMasterKey } = await lookAtAccounts(inside)
  if (wrongMasterKey) {
    return [
      found({
        kind: 'master-key',
        detail:
          'The master key is not the one of this data: nothing can be opened. Put the right one in its place; nothing is repaired without it.',
      }),
    ]
  }
  const { quick, now, progress } = options
  const verification: Verification = { inside, quick, now, progress, accounts, named: new IdSet() }
  for (const look of looks) {
    try {
      for await (const issue of look(verification)) issues.push(issue)
    } catch (error) {
      // Without having seen all that names bodies, nobody can tell which of them nothing names.
      issues.push({
        kind: 'unfinished',
        detail: `It could not be looked at further: ${sentence(error)}`,
      })
      break
    }
  }
  if (!options.repair) return issues.map((issue) => found(issue))
  return repaired(issues, await mayGiveUp(inside, issues, options))
}

async function mayGiveUp(
  { store }: Inside,
  issues: readonly Issue[],
  { many }: VerifyOptions,
): Promise<boolean> {
  const lost = issues.filter(({ repair }) => repair?.gives === 'message').length
  if (many || lost <= few) return true
  const { count } = await store.db
    .selectFrom('messages')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('shredded_at', 'is', null)
    .executeTakeFirstOrThrow()
  return lost <= count * smallPart
}

async function repaired(issues: readonly Issue[], giveUp: boolean): Promise<Found[]> {
  const all: Found[] = []
  for (const issue of issues) {
    const { repair } = issue
    if (!repair || (repair.gives === 'message' && !giveUp)) {
      all.push(found(issue))
      continue
    }
    try {
      await repair.run()
      all.push(found(issue, repair.done))
    } catch (error) {
      all.push(found({ ...issue, detail: `${issue.detail} It could not be repaired: ${sentence(error)}` }))
    }
  }
  if (!giveUp) {
    all.push(
      found({
        kind: 'many-lost',
        detail:
          'So much can’t be opened that nothing of it was given up. Look first whether the directory “bodies” is mounted and the backup was restored whole; to give it up nevertheless, add --many.',
      }),
    )
  }
  return all
}

function found(issue: Issue, done: string | null = null): Found {
  const { kind, detail, gone = null, repair } = issue
  return { kind, detail, gone, repairable: repair !== undefined, done }
}
