/**
 * The link of a notification: a signed locator, never a key; and what a gateway says of itself, by which its links
 * are checked elsewhere. Knows WebCrypto only, so the gateway and the extension read both with the same code. The
 * gateway signs; see gateway/keys.
 */
export {
  type DescribedKey,
  type Description,
  descriptionBytes,
  fingerprint,
  type Handing,
  isCurrent,
  rootSuccession,
  successionBytes,
  type Unsigned,
  verifyDescription,
} from './description.ts'
export { isTitle, mostHandings, mostKeys, readDescription } from './read-description.ts'
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
export { toBase64Url } from './base64.ts'
