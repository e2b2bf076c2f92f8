/**
 * What a row of messages becomes when its message is shredded: nothing is left in it that any key could open. Its body
 * is the caller's to unlink. @param at ms.
 */
export function shredded(at: number) {
  return {
    wrapped_key: null,
    view_sealed: null,
    subject_sealed: new Uint8Array(0),
    body_id: null,
    shredded_at: at,
  }
}
