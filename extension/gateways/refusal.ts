/** The background will not do what it was asked. `code` is stable, pages have their own words for it. */
export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, detail: string, cause?: unknown) {
    super(detail, { cause })
    this.name = 'Refusal'
    this.code = code
  }
}

export type RefusalCode =
  /** Asked by somebody who may not ask it, or something that is no request. */
  | 'not-allowed'
  | 'malformed'
  /** The link is nothing of ours, so there is nothing to open. */
  | 'nothing-here'
  /** No gateway of that origin is trusted (any more). */
  | 'not-trusted'
  /** What was typed is no address of a gateway. */
  | 'address-wrong'
  /** The gateway gave no answer in time, or no network. */
  | 'no-answer'
  /** Something answered, but it is no gateway, or what it says does not hold together. */
  | 'not-a-gateway'
  /** The gateway's description is older than one seen before, or signed by a key that does not follow. */
  | 'description-refused'
  | 'fingerprint-changed'
  /** Policy keeps this from being changed here. */
  | 'by-policy'
  | 'permission-missing'
  | 'failed'
