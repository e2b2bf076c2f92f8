import { isIP, type LookupFunction } from 'node:net'
import { request } from 'node:https'
import { addressesOf } from './addresses.ts'
import type { Resolver } from './dns/index.ts'
import { type MtaStsPolicy, announcedId, toMtaStsPolicy } from './mta-sts-policy.ts'

/** What is in force for a domain now. */
export type MtaSts =
  | { readonly state: 'none' }
  | { readonly state: 'policy'; readonly policy: MtaStsPolicy }
  /** One is announced and was never seen, for its server can't be reached: another time it may be there. */
  | { readonly state: 'unreachable'; readonly why: string }

/** A policy as it is remembered. Times in ms. */
export interface RememberedPolicy {
  readonly id: string
  readonly policy: MtaStsPolicy
  readonly until: number
}

/** Where policies are remembered beyond the life of this process: else who can cut DNS off for a moment undoes them. */
export interface PolicyMemory {
  load(domain: string): Promise<RememberedPolicy | undefined>
  save(domain: string, remembered: RememberedPolicy): Promise<void>
}

/** Bytes of a policy, and ms that fetching it may take. */
const mostBytes = 64 * 1024
const fetchTime = 30_000
/** ms after which a policy that could not be fetched is asked for again (RFC 8461 section 3.3: five minutes or more). */
const restAfterFailure = 300_000
const mostDomains = 10_000

/** MTA-STS (RFC 8461): `policyOf` never rejects. @param port of HTTPS, for tests. */
export function createMtaSts({
  resolver,
  memory,
  now,
  port = 443,
}: {
  resolver: Resolver
  memory: PolicyMemory
  now: () => number
  port?: number | undefined
}): { policyOf(domain: string): Promise<MtaSts> } {
  const failed = new Map<string, { until: number; result: MtaSts }>()
  const fetching = new Map<string, Promise<MtaSts>>()

  async function fetchPolicy(domain: string, id: string): Promise<MtaSts> {
    let result: MtaSts
    try {
      const text = await download(resolver, `mta-sts.${domain}`, port)
      const policy = toMtaStsPolicy(text)
      if (policy) {
        await memory.save(domain, { id, policy, until: now() + policy.maxAge * 1000 })
        return { state: 'policy', policy }
      }
      result = { state: 'none' }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      result = error instanceof NoPolicy ? { state: 'none' } : { state: 'unreachable', why }
    }
    failed.set(domain, { until: now() + restAfterFailure, result })
    const [oldest] = failed.keys()
    if (failed.size > mostDomains && oldest !== undefined) failed.delete(oldest)
    return result
  }

  return {
    async policyOf(domain) {
      const known = await memory.load(domain)
      const valid = known && known.until > now() ? known : undefined
      const inForce: MtaSts | undefined = valid && { state: 'policy', policy: valid.policy }
      const txt = await resolver.ask(`_mta-sts.${domain}`, 'TXT')
      const id = txt.state === 'found' ? announcedId(txt.records) : undefined
      // Taking the announcement away does not take back what was promised for longer (section 5.1).
      if (id === undefined || id === valid?.id) return inForce ?? { state: 'none' }
      const recent = failed.get(domain)
      if (recent && recent.until > now()) return inForce ?? recent.result
      let running = fetching.get(domain)
      if (!running) {
        running = fetchPolicy(domain, id).finally(() => fetching.delete(domain))
        fetching.set(domain, running)
      }
      const fetched = await running
      return fetched.state === 'policy' ? fetched : (inForce ?? fetched)
    },
  }
}

/** Whoever answered has no policy: asking again at once brings nothing else. */
class NoPolicy extends Error {}

/** No redirects, a certificate for the very name (section 3.3), and nothing endless. Rejects otherwise. */
async function download(resolver: Resolver, host: string, port: number): Promise<string> {
  const { addresses, trouble } = await addressesOf(resolver, host)
  if (addresses.length === 0)
    throw trouble === undefined ? new NoPolicy(`${host} has no address`) : new Error(trouble)
  const lookup: LookupFunction = (_host, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first = { address: '', family: 0 }] = all
    if (options.all) callback(null, all)
    else callback(null, first.address, first.family)
  }
  const signal = AbortSignal.timeout(fetchTime)
  return await new Promise((resolve, reject) => {
    const asked = request(
      {
        host,
        port,
        path: '/.well-known/mta-sts.txt',
        servername: host,
        lookup,
        signal,
        agent: false,
        headers: { accept: 'text/plain' },
      },
      (response) => {
        const type = response.headers['content-type'] ?? ''
        if (response.statusCode !== 200 || !/^text\/plain\s*(;|$)/i.test(type)) {
          response.destroy()
          const retry = (response.statusCode ?? 0) >= 500
          reject(new (retry ? Error : NoPolicy)(`${host} answers ${response.statusCode ?? 0} ${type}`))
          return
        }
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          chunks.push(chunk)
          if (bytes <= mostBytes) return
          reject(new NoPolicy(`${host} sends more than ${mostBytes} bytes`))
          response.destroy()
        })
        response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')))
        response.on('error', reject)
      },
    )
    asked.on('error', (error) => reject(isCertificateError(error) ? new NoPolicy(error.message) : error))
    asked.end()
  })
}

/** The certificate is somebody else's or nobody's; not the network that fails. */
function isCertificateError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(code)
}
