import { z } from 'zod'
import type { Store } from '../../store/index.ts'
import type { PolicyMemory } from './mta-sts.ts'

const Policy = z.object({
  mode: z.enum(['enforce', 'testing', 'none']),
  mx: z.array(z.string()),
  maxAge: z.number(),
})

/** MTA-STS policies in the store: what a domain promised for a year is not forgotten when this process starts anew. */
export function createPolicyMemory(store: Store, now: () => number): PolicyMemory {
  return {
    async load(domain) {
      const row = await store.db
        .selectFrom('mta_sts_policies')
        .selectAll()
        .where('domain', '=', domain)
        .executeTakeFirst()
      if (!row) return undefined
      return { id: row.policy_id, policy: Policy.parse(JSON.parse(row.policy_json)), until: row.valid_until }
    },

    async save(domain, { id, policy, until }) {
      await store.write(async (trx) => {
        await trx.deleteFrom('mta_sts_policies').where('valid_until', '<=', now()).execute()
        const row = { policy_id: id, policy_json: JSON.stringify(policy), valid_until: until }
        await trx
          .insertInto('mta_sts_policies')
          .values({ domain, ...row })
          .onConflict((conflict) => conflict.column('domain').doUpdateSet(row))
          .execute()
      })
    },
  }
}
