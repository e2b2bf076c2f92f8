import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import ipaddr from 'ipaddr.js'

/** What a fetch of something public depends on; a test hands in other answers. */
export interface PublicFetchOptions {
  /** All addresses of a name. */
  readonly resolve: (hostname: string) => Promise<string[]>
  /** Whether an address may be connected to. */
  readonly permits: (address: string, port: number) => boolean
  /** Bytes taken at most. */
  readonly mostBytes: number
  /** Time for everything, ms. */
  readonly timeout: number
}

export const publicOnly: PublicFetchOptions = {
  resolve: async (hostname) =>
    (await lookup(hostname, { all: true, order: 'verbatim' })).map((one) => one.address),
  permits: (address, port) => isPublic(address) && (port === 80 || port === 443),
  mostBytes: 5 * 1024 * 1024,
  timeout: 10_000,
}

/** Why something was not fetched; for the log, not for the person. */
export class NotFetched extends Error {}

/**
 * Fetches what a stranger's URL names without letting it reach into our own network: the name is resolved once,
 * every address must be public, and the connection goes to that address, whatever the name says a moment later
 * (DNS rebinding). At most three redirects, each checked the same way. Throws NotFetched.
 */
export async function publicFetch(
  url: string,
  options: PublicFetchOptions = publicOnly,
): Promise<{ bytes: Buffer; type: string }> {
  const signal = AbortSignal.timeout(options.timeout)
  let target = URL.parse(url)
  for (let hop = 0; hop <= 3; hop++) {
    if (!target || !['http:', 'https:'].includes(target.protocol)) throw new NotFetched('not a web address')
    if (target.username !== '' || target.password !== '')
      throw new NotFetched('a web address with a user name')
    const response = await connect(target, await pinned(target, options), signal)
    const status = response.statusCode ?? 0
    if (status >= 300 && status < 400 && response.headers.location !== undefined) {
      response.destroy()
      target = URL.parse(response.headers.location, target)
      continue
    }
    if (status !== 200) {
      response.destroy()
      throw new NotFetched(`answered ${status}`)
    }
    return { bytes: await read(response, options.mostBytes), type: response.headers['content-type'] ?? '' }
  }
  throw new NotFetched('too many redirects')
}

/** True for addresses of the public internet alone (IANA special-purpose registries). */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  // 2000::/3 is all that is given out; addresses that carry an IPv4 one in them have other ranges.
  return address.kind() === 'ipv4' || ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20
}

async function pinned(url: URL, { resolve, permits }: PublicFetchOptions): Promise<string> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = ipaddr.isValid(hostname)
    ? [hostname]
    : await resolve(hostname).catch((error: unknown) => {
        throw new NotFetched('the name is not known', { cause: error })
      })
  const [address] = addresses
  if (address === undefined || !addresses.every((one) => permits(one, port))) {
    throw new NotFetched('not a public address')
  }
  return address
}

function connect(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      signal,
      agent: false,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Mozilla/5.0 (compatible)' },
      lookup: (_name, { all }, done) => {
        const family = ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4
        if (all) done(null, [{ address, family }])
        else done(null, address, family)
      },
    })
    outgoing.once('response', resolve)
    outgoing.once('error', (error) => reject(new NotFetched(error.message, { cause: error })))
    outgoing.end()
  })
}

async function read(response: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > most) throw new NotFetched(`larger than ${most} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof NotFetched ? error : new NotFetched('broken off', { cause: error })
  } finally {
    response.destroy()
  }
  return Buffer.concat(chunks)
}
