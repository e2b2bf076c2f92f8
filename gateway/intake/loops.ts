import { type Processed, identitiesOf, mostPasses, passesOf, processedName } from '../delivery/index.ts'
import type { Account } from '../people/index.ts'
import type { Vault } from '../vault/index.ts'
import type { HeaderBlock } from './header-block.ts'
import { SmtpError } from './smtp-error.ts'

/** Received fields with which a message is taken to go in circles (RFC 5321 section 6.3). */
const hopLimit = 50

export function refuseCircle(header: HeaderBlock): void {
  if (header.count('received') < hopLimit) return
  throw new SmtpError(554, '5.4.6', 'Too many hops, the message goes in circles')
}

/** By what a message is known when it comes back, and how often it did. Throws SmtpError where that was too often. */
export function processedOf(mac: Vault['mac'], account: Account, header: HeaderBlock): Processed {
  const identities = identitiesOf((name) => header.raw(name))
  const passes = passesOf(mac, account.id, identities, header.raw(processedName))
  if (passes > mostPasses) {
    throw new SmtpError(
      554,
      '5.4.6',
      `The message came back ${passes} times. The rule of your mail server that sends mail here must leave out mail that has the header ${processedName}`,
    )
  }
  return { passes, identity: identities[0] }
}
