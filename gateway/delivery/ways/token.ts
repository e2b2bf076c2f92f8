import { z } from 'zod'
import { isThisMachine } from './smart-host.ts'
import { SmtpTrouble, messageOf } from './smtp/index.ts'

/** How access tokens for a smart host are had (OAuth 2.0, RFC 6749). */
export interface TokenSource {
  /** The token endpoint. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly scope?: string | undefined
  /** With it: the grant of section 6. Without it the client signs in for itself (section 4.4). */
  readonly refreshToken?: string | undefined
}

const Granted = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.coerce.number().positive().default(300),
  refresh_token: z.string().min(1).optional(),
})
const Denied = z.object({ error: z.string(), error_description: z.string().optional() })

/** A token that ends within this time is not used any more, ms. */
const margin = 60_000
const fetchTime = 30_000
const mostBytes = 64 * 1024

/**
 * Fetches access tokens, one for everybody who needs one, and keeps each until shortly before its end.
 * The function it returns rejects with SmtpTrouble of stage `auth`, which says what the server said of it and never
 * what was sent. @param anew the last one was refused.
 */
export function createTokens(source: TokenSource, now: () => number): (anew: boolean) => Promise<string> {
  let { refreshToken } = source
  let kept: { token: string; until: number } | undefined
  let running: Promise<string> | undefined

  async function fetchToken(): Promise<string> {
    const { url, clientId, clientSecret, scope } = source
    const { protocol, hostname } = new URL(url)
    if (protocol !== 'https:' && !isThisMachine(hostname)) {
      throw new SmtpTrouble('auth', 'the URL of its access tokens is not https', '4.7.0')
    }
    const form = new URLSearchParams({
      ...(refreshToken === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: refreshToken }),
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      ...(scope === undefined ? {} : { scope }),
    })
    const begun = now()
    const answer = await post(url, form)
    const granted = Granted.safeParse(answer.body)
    if (!answer.ok || !granted.success) throw noToken(whyDenied(answer.status, answer.body))
    const { access_token, expires_in, refresh_token } = granted.data
    // Some servers hand out a new one each time; it lives as long as this process, the written one has to stay good.
    refreshToken = refresh_token ?? refreshToken
    kept = { token: access_token, until: begun + expires_in * 1000 - margin }
    return access_token
  }

  return async (anew) => {
    if (anew) kept = undefined
    if (kept && kept.until > now()) return kept.token
    running ??= fetchToken().finally(() => (running = undefined))
    return running
  }
}

async function post(
  url: string,
  form: URLSearchParams,
): Promise<{ ok: boolean; status: number; body: unknown }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json' },
      // A secret goes to nobody but the one it was written for.
      redirect: 'error',
      signal: AbortSignal.timeout(fetchTime),
    })
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > mostBytes) throw new Error('the answer has no end')
    }
    return { ok: response.ok, status: response.status, body: parsed(text) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw noToken(messageOf(cause), cause)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some error pages are no JSON; the status says enough.
    return undefined
  }
}

function whyDenied(status: number, body: unknown): string {
  const denied = Denied.safeParse(body)
  if (!denied.success) return `the answer (${status}) holds none`
  const { error, error_description: more = '' } = denied.data
  return `${error} ${more}`.trim().replace(/\s+/g, ' ').slice(0, 300)
}

function noToken(why: string, cause?: unknown): SmtpTrouble {
  return new SmtpTrouble('auth', `no access token could be had for it: ${why}`, '4.7.0', cause)
}
