/**
 * The link of a notification: a signed locator, never a key. Knows WebCrypto only, so the gateway and the
 * extension read links with the same code. The gateway signs; see gateway/notices.
 */
export {
  decodeToken,
  encodeToken,
  type LinkPayload,
  type LinkToken,
  marker,
  neverExpires,
  shortHash,
  signedBytes,
  verifyToken,
} from './token.ts'
