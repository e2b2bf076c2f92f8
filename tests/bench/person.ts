import { type Gateway } from '../../gateway/gateway.ts'
import { ensureTemporary } from '../../gateway/people/index.ts'

/** A recipient who has never signed in. */
export interface Newcomer {
  readonly id: string
  readonly address: string
  readonly temporary: string
}

export async function newcomer(
  { store, people, signin }: Pick<Gateway, 'store' | 'people' | 'signin'>,
  address: string,
): Promise<Newcomer> {
  const person = await store.write(async (trx) => {
    const { person } = await people.ensure(trx, { address }, Date.now())
    await ensureTemporary(trx, person.id, Date.now())
    return person
  })
  const temporary = await signin.temporaryPassword(person.id)
  if (!temporary) throw new Error(`${address} has no temporary password`)
  return { id: person.id, address: person.address, temporary: temporary.password }
}

/**
 * Signs in for the first time, chooses a password, and signs in with it. Resolves to the cookie of the session.
 * @param from the address they come from, for a gateway that trusts this machine as its proxy.
 */
export async function firstSignIn(
  httpUrl: string,
  { address, temporary }: Newcomer,
  from = '127.0.0.1',
): Promise<string> {
  const post = async (path: string, body: unknown, cookie = '') => {
    const answer = await fetch(httpUrl + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': from,
        ...(cookie !== '' && { cookie }),
      },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
    return answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
  }
  const chosen = 'maroon-Trellis-42-ocean'
  const cookie = await post('/api/sign-in', { address, password: temporary })
  await post('/api/password', { password: temporary, newPassword: chosen }, cookie)
  return post('/api/sign-in', { address, password: chosen })
}
