import type { Account, People } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { type Store, countChange, newId } from '../store/index.ts'
import { decide, markOf, type PolicyMessage, type RecipientDecision } from './decide.ts'
import { defaultDefinitions } from './defaults.ts'
import { Definition } from './definition.ts'
import { knownConditions } from './matches.ts'

export interface Policy {
  /**
   * An account's definitions in order; the default ones where it never set any. Kept in memory, and read again
   * after each change, whoever made it.
   */
  definitionsOf(accountId: string): Promise<readonly Definition[]>
  /**
   * Replaces an account's definitions. Throws Problem for an unknown account, a malformed definition, an empty
   * list, and for kinds of conditions this version does not evaluate.
   */
  setDefinitions(accountId: string, definitions: readonly Definition[]): Promise<void>
  /** `decide` with the account's own definitions. Throws where it can't be decided; then it must not be relayed. */
  decide(
    account: Account,
    message: PolicyMessage,
    recipients: readonly string[],
    context: { readonly secureThread: boolean },
  ): Promise<RecipientDecision[]>
  /** A decoded subject as readers of a held message see it: without the sender's mark, which is for us. */
  withoutMark(accountId: string, subject: string): Promise<string>
}

export function createPolicy({ store, people }: { store: Store; people: Pick<People, 'account'> }): Policy {
  const known = new Map<string, Promise<readonly Definition[]>>()
  let version: number | undefined

  async function load(accountId: string): Promise<readonly Definition[]> {
    const rows = await store.db
      .selectFrom('definitions')
      .select(['rule_json', 'enabled'])
      .where('account_id', '=', accountId)
      .orderBy('position')
      .execute()
    // No rows means never set. Relaying marked mail in clear must not come of a step someone forgot.
    if (rows.length === 0) return defaultDefinitions
    return rows.filter((row) => row.enabled === 1).map((row) => Definition.parse(JSON.parse(row.rule_json)))
  }

  const policy: Policy = {
    definitionsOf(accountId) {
      const now = store.version()
      if (now !== version) known.clear()
      version = now
      let definitions = known.get(accountId)
      if (!definitions) {
        definitions = load(accountId)
        known.set(accountId, definitions)
        // A failure is told to whoever asked and not remembered.
        definitions.catch(() => {
          if (known.get(accountId) === definitions) known.delete(accountId)
        })
      }
      return definitions
    },

    async setDefinitions(accountId, definitions) {
      if (!(await people.account(accountId)))
        throw new Problem('account-unknown', 404, 'There is no such account.')
      const checked = definitions.map(check)
      if (checked.length === 0) {
        throw new Problem(
          'definitions-empty',
          400,
          'Keep at least one definition. To hold nothing, keep one whose outcome is relay.',
        )
      }
      await store.write(async (trx) => {
        await trx.deleteFrom('definitions').where('account_id', '=', accountId).execute()
        await trx
          .insertInto('definitions')
          .values(
            checked.map((definition, position) => ({
              id: newId(),
              account_id: accountId,
              position,
              rule_json: JSON.stringify(definition),
              enabled: 1,
            })),
          )
          .execute()
        await countChange(trx)
      })
    },

    async decide(account, message, recipients, context) {
      return decide(account, await policy.definitionsOf(account.id), message, recipients, context)
    },

    async withoutMark(accountId, subject) {
      return markOf(await policy.definitionsOf(accountId), subject)?.rest ?? subject
    },
  }
  return policy
}

function check(definition: unknown): Definition {
  const { success, data, error } = Definition.safeParse(definition)
  if (!success) throw new Problem('definition-malformed', 400, 'A definition is not well formed.', error)
  for (const { type } of data.conditions) {
    if (knownConditions.has(type)) continue
    throw new Problem(
      'condition-unknown',
      400,
      `“${data.name}” has a condition of the kind “${type}”, which this version can't evaluate. Remove it.`,
    )
  }
  return data
}
