import { gatewayItself, record } from '../audit/index.ts'
import type { Store } from '../store/index.ts'
import type { Manifest } from './manifest.ts'

/**
 * Makes a restored store fit to go on. The old gateway may have gone on for days after the backup, so each table was
 * asked what it would mean to do again what waits in it, or to let in again who was let in then:
 *
 * - dispatches of messages: the old gateway may have delivered them, and nobody can take a second delivery back. The
 *   caller pauses them until a person lets them go, unless that person says that the old gateway never ran on.
 * - dispatches of notices: they are sent. A second notification costs a glance; without the first one, a message
 *   that is held would be known to nobody.
 * - leases belonged to a process that is gone.
 * - sessions end: who has signed out since would be signed in again.
 * - resets (links to choose a new password) are single use, and one that was used since would work again. They go;
 *   whoever still needs one asks again.
 * - passwords stay. A temporary one that was used since works again until it expires, seven days after it was made:
 *   the password that was chosen with it is not in the backup, so it is the way in; and who reads the mailbox that
 *   it was sent to could ask for a reset as well.
 * - messages and copies stay as they are. What was shredded since can be read until it expires, and the caller
 *   expires what is due before anybody can sign in; what was taken back since has to be taken back again.
 * - copies.remind_at and warn_at stay: at worst somebody is reminded twice.
 * - link_keys and root_keys stay, or every link ever sent would be worthless. A key that was made since is gone, and
 *   one that was revoked since checks again.
 * - limits, sign_ins, events, threads, drafts, outbox, accounts, domains, definitions, people, versions,
 *   mta_sts_policies: as they were.
 *
 * @param at ms.
 */
export async function settle(store: Store, manifest: Manifest, at: number): Promise<void> {
  await store.write(async (trx) => {
    await trx.deleteFrom('sessions').execute()
    await trx.deleteFrom('resets').execute()
    await trx
      .updateTable('dispatches')
      .set({ lease_owner: null, lease_until: null })
      .where('lease_until', 'is not', null)
      .execute()
    await record(trx, at, {
      type: 'restored',
      accountId: gatewayItself,
      detail: { taken: manifest.taken, version: manifest.version },
    })
  })
}
