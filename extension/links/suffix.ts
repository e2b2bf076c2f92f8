/** A host name taken apart: `sub` `label` `suffix`; `domain` is label and suffix: what somebody registered. */
export interface Name {
  readonly sub: string
  readonly label: string
  readonly suffix: string
  readonly domain: string
}

/** Domains that give names to anybody, beside those of countries: where small gateways, and attackers, are at home. */
const shared =
  /^((github|gitlab|nip|ngrok|sslip)\.io|(fly|pages|workers|ngrok-free)\.(app|dev)|(netlify|vercel|web)\.app|(herokuapp|appspot|firebaseapp|onrender|trycloudflare)\.com|(azurewebsites|cloudapp|cloudfront|ddns|dynv6|myfritz|ts)\.net|(duckdns|dyndns|hopto|no-ip)\.org|(synology|myds)\.me)$/
const second = /^(ac|co|com|edu|go|gob|gouv|gov|ltd|mil|ne|net|nhs|nom|or|org|plc|sch)\.[a-z]{2}$/

/**
 * Takes a name apart, without the Public Suffix List, which is larger than all of the extension: good for nearly all
 * names that gateways have. A suffix missing here makes strangers look like neighbours: `unknown`, no warning.
 */
export function split(name: string): Name {
  const labels = name.split('.')
  const two = labels.slice(-2).join('.')
  const size = labels.length > 2 && (second.test(two) || shared.test(two)) ? 2 : 1
  const suffix = labels.length > 1 ? labels.slice(-size).join('.') : ''
  const rest = labels.length > 1 ? labels.slice(0, -size) : labels
  const label = rest.at(-1) ?? ''
  return {
    sub: rest.slice(0, -1).join('.'),
    label,
    suffix,
    domain: suffix ? `${label}.${suffix}` : label,
  }
}
