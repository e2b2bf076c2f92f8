import { parse } from './address.ts'
import { decoded } from './forwarder.ts'
import { alike } from './alike.ts'
import { isMixed, readAs, unicode } from './letters.ts'
import type { Trust } from './verify.ts'

/** A name that is nobody's: loopback and addresses. Next to them other ports and numbers are other machines. */
const nobodys = /^(localhost|[\d.]+|\[.*\])$/

/** The trusted gateway that a host passes itself off as. The host alone; `imitated` minds scheme and port. */
function modelOf(hostname: string, trusted: readonly Trust[]): Trust | undefined {
  if (nobodys.test(hostname)) return undefined
  return trusted.find(({ gateway }) => {
    const own = parse(gateway)?.hostname
    return own !== undefined && !nobodys.test(own) && own !== hostname && alike(hostname, own)
  })
}

/** A trusted gateway's name on another address: another name like it, another port, or without encryption. */
export function imitated({ hostname }: URL, trusted: readonly Trust[]): Trust | undefined {
  const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  const same = trusted.find(({ gateway }) => !loopback && parse(gateway)?.hostname === hostname)
  return same ?? modelOf(hostname, trusted)
}

/**
 * A name in other letters that is read as another: the host of the trusted gateway it is read as, or, where letters
 * of several scripts are mixed and no trusted one is meant, the Latin name it is read as. Whole names in one script
 * are somebody's honest names.
 */
export function disguised({ hostname }: URL, trusted: readonly Trust[]): string | undefined {
  const name = unicode(hostname)
  if (name === hostname) return undefined
  return modelOf(hostname, trusted)?.host ?? (isMixed(name) ? readAs(name) : undefined)
}

/** The trusted gateway named by what stands before `@`, or by the host behind it. */
export function hidden(url: URL, trusted: readonly Trust[]): Trust | undefined {
  const user = decoded(`${url.username}:${url.password}`).toLowerCase()
  const [name = ''] = user.split(/[/:\\@]/)
  return trusted.find((one) => names(user, one)) ?? modelOf(name, trusted) ?? imitated(url, trusted)
}

/** The trusted gateway whose name stands in path, query or fragment. */
export function mentioned({ pathname, search, hash }: URL, trusted: readonly Trust[]): Trust | undefined {
  const text = decoded(decoded(pathname + search + hash)).toLowerCase()
  return trusted.find((one) => names(text, one))
}

/** Whether a text has the whole name of a gateway in it. */
function names(text: string, { gateway }: Trust): boolean {
  const own = parse(gateway)?.hostname
  if (own === undefined || nobodys.test(own) || !own.includes('.')) return false
  return text.split(own).some((before, at, parts) => {
    const behind = parts[at + 1]
    return behind !== undefined && !/[a-z0-9-]$/.test(before) && !/^[a-z0-9-]/.test(behind)
  })
}
