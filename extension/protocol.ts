/**
 * The one protocol between the parts of the extension: what a content script in a webmail page may ask of the
 * background, what the extension's own pages may ask, and what passes between a content script and its frame.
 *
 * Threat: a content script lives in a page that may be hostile, so nothing it may ask opens, reveals or changes
 * anything by itself; it gets verdicts, words and single-use nonces. Only the extension's own pages get more, and
 * no page ever gets a token. Every message is checked by its receiver: see `gateways/senders.ts`.
 */

/** What a content script found in a page, before anything is known of it. */
export interface Found {
  /** `link`: an anchor or a URL in text. `code`: a token standing alone, as in notifications with unreadable links. */
  readonly kind: 'link' | 'code'
  /** The URL after unwrapping, or the token. */
  readonly value: string
  /** Marked URL that the anchor shows as its text, where that is another one than it leads to. */
  readonly shows?: string
}

export type LookAlikeReason =
  /** On a trusted gateway's address, but not signed by it: changed, cut, lengthened or made up. */
  | 'not-signed'
  /** A trusted gateway's name on another address. */
  | 'imitates'
  /** Letters of several scripts, as in imitations of Latin names. */
  | 'mixed-scripts'
  /** `https://trusted.example@elsewhere/`. */
  | 'hidden-host'
  /** The text shows one gateway, the link leads to another address. */
  | 'shows-another'

/** What the background says of a find. The page may know it: it could ask the same of anybody. */
export type Verdict =
  /** Issued by a trusted gateway. Says nothing of the mail around it. */
  | {
      readonly state: 'genuine'
      /** Origin of the gateway; its key in everything that follows. */
      readonly gateway: string
      /** As shown: host, punycode where it isn't plain. */
      readonly host: string
      readonly name: string
      readonly token: string
      readonly expired: boolean
    }
  | {
      readonly state: 'look-alike'
      readonly reason: LookAlikeReason
      /** Where it leads. */
      readonly host: string
      /** Host of the trusted gateway that it imitates; where none is meant (`mixed-scripts`), the Latin name it is read as. */
      readonly of: string
    }
  /** A well-formed link of a gateway nobody here trusts (yet). `host` is null for a code alone. */
  | { readonly state: 'unknown'; readonly host: string | null; readonly gateway: string | null }
  /** Nothing of ours: no badge. */
  | { readonly state: 'none' }

/** Words a content script needs, in the person's language; it has no catalogue of its own. */
export interface PageWords {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** Of the badge, by state. `{host}` stands for the host. */
  readonly genuine: string
  readonly expired: string
  readonly lookAlike: string
  readonly unknown: string
  /** Accessible names and titles, longer: what the badge says and what a click does. */
  readonly genuineTitle: string
  readonly lookAlikeTitle: string
  /** Of a look-alike on a trusted gateway's own address. */
  readonly notSignedTitle: string
  readonly unknownTitle: string
  /** Of a code, which names no host. */
  readonly unknownCodeTitle: string
  /** C6. */
  readonly replyOffer: string
  readonly replyAnswer: string
  readonly replyDismiss: string
  readonly frameTitle: string
}

/** Asked by content scripts with `runtime.sendMessage`. */
export type PageRequest =
  /** First of all: whether to run here at all. */
  | { readonly ask: 'begin' }
  | { readonly ask: 'judge'; readonly found: readonly Found[] }
  /** There is something to open here: put the second content script, `open.js`, into the asking frame. */
  | { readonly ask: 'bring-kit' }
  /** A person clicked a badge (a trusted event, guards passed): a ticket for a frame. */
  | { readonly ask: 'open'; readonly found: Found; readonly purpose: 'read' | 'reply' }
  /** The same in the extension's own window, because the page is no place for it or the person wants it. */
  | { readonly ask: 'open-window'; readonly found: Found; readonly purpose: 'read' | 'reply' }
  /** Recipient addresses of a reply being written that look like reply addresses of notifications (C6). */
  | { readonly ask: 'replying-to'; readonly addresses: readonly string[] }
  /** The person takes the offer. */
  | { readonly ask: 'open-reply'; readonly address: string; readonly where: 'frame' | 'window' }

export interface PageAnswers {
  /** `unwrap`: whether links that mail filters have rewritten may be decoded (Settings.unwrap, policy). */
  begin: { readonly on: boolean; readonly words: PageWords; readonly unwrap: boolean }
  judge: readonly Verdict[]
  'bring-kit': null
  open: Ticket | { readonly window: true }
  'open-window': { readonly window: true }
  /** The address for which there is something to offer. */
  'replying-to': { readonly address: string; readonly host: string } | null
  'open-reply': Ticket | { readonly window: true }
}

/** Admits one frame of one tab, once, for 30 s. */
export interface Ticket {
  /** 32 random bytes, base64url. */
  readonly nonce: string
  /** Address of the page to put into the frame: given to `location`, never to an attribute. */
  readonly url: string
  /** Target origin of the one postMessage that hands over nonce and port. */
  readonly origin: string
  /**
   * Custom property that, while it is `1` on the document's root, lets hit tests see what `pointer-events: none`
   * hides from them; see `gateways/probe.ts`. Null where the browser has no such thing.
   */
  readonly probe: string | null
}

/** Posted once by the content script to its frame, with one MessagePort; see `webmail/mount.ts`. */
export interface Handover {
  readonly postern: 'handover'
  readonly nonce: string
}

/** Over the MessagePort, content script to frame. */
export type ToFrame =
  /** A person opened it and nothing covers it: it may take input. Until then the frame is inert. */
  | { readonly say: 'live' }
  /** For now something lies over the frame, as a page's own dialog may: inert until the next `live`. */
  | { readonly say: 'paused' }
  /** Something covers, hides or moves the frame: it becomes inert and goes on in a window. */
  | { readonly say: 'disturbed'; readonly reason: DisturbedReason }
  /** What paints nothing and yet makes the browser doubt was set aside for a moment: look, and `check` again. */
  | { readonly say: 'again'; readonly id: number }
  /** Answer to `check`. */
  | { readonly say: 'checked'; readonly id: number; readonly disturbed: DisturbedReason | null }

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export type DisturbedReason = 'covered' | 'faded' | 'moved' | 'too-small' | 'top-layer' | 'not-visible'

/** Over the MessagePort, frame to content script. */
export type FromFrame =
  | { readonly say: 'ready' }
  /** Height the content wishes, CSS px. */
  | { readonly say: 'height'; readonly height: number }
  /** Before a password is typed or sent, and before a message is sent: is the frame what the person sees? */
  | {
      readonly say: 'check'
      readonly id: number
      /** What has to be seen whole, such as a password field: CSS px in the frame's viewport. */
      readonly control: Box | null
      /** The browser itself (Chromium) does not vouch for what is seen. */
      readonly doubted: boolean
    }
  /** Esc, the close button, or the window took over: take the frame away, give the focus back. */
  | { readonly say: 'close' }
  /** Tab past the last control (or back past the first). */
  | { readonly say: 'leave'; readonly to: 'after' | 'before' }

/** A gateway that is trusted, as pages see it. */
export interface TrustedGateway {
  readonly gateway: string
  readonly host: string
  readonly name: string
  /** Of the root key: SHA-256, in groups of four hex digits. */
  readonly fingerprint: string
  readonly by: 'person' | 'policy'
  /** ms since 1970. */
  readonly since: number
  readonly signedInAs: string | null
  /**
   * Why its keys could not be asked for the last time; null where they could. `refused`: what answered did not
   * follow from what is trusted. The keys known before stay good until their time is over.
   */
  readonly trouble?: 'no-answer' | 'refused' | null
}

/** What a gateway says of itself, before a person decides. */
export interface Offer {
  readonly gateway: string
  readonly host: string
  readonly name: string
  readonly fingerprint: string
  /** Already trusted, with this very root key. */
  readonly trusted: boolean
}

export interface WaitingMessage {
  readonly gateway: string
  readonly host: string
  readonly id: string
  readonly from: string
  readonly subject: string
  /** ms since 1970. */
  readonly at: number
  readonly unread: boolean
  readonly expires: number | null
}

export interface Waiting {
  readonly messages: readonly WaitingMessage[]
  /** Gateways that could not be asked: nobody signed in there, or no answer. */
  readonly missing: readonly { readonly gateway: string; readonly why: 'signed-out' | 'no-answer' }[]
}

export interface Settings {
  /** IETF tag, or null: as the browser says. */
  readonly language: string | null
  readonly appearance: 'system' | 'light' | 'dark'
  /** Where passwords are typed. */
  readonly passwords: 'inline' | 'window'
  /** Decode links that mail filters have rewritten. */
  readonly unwrap: boolean
  /** The person's own picture and phrase; null until chosen. */
  readonly personal: Personal | null
  /** Names of settings that policy has set; pages show them, locked. */
  readonly locked: readonly (keyof Settings)[]
}

/** Shown by the extension alone, above every password field, so that a page's imitation is recognised. */
export interface Personal {
  /** Name of one of the pictures in `pages/pictures.tsx`. */
  readonly picture: string
  readonly phrase: string
}

export interface Site {
  /** Match pattern, such as `https://webmail.example.org/*`. */
  readonly pattern: string
  readonly by: 'default' | 'person' | 'policy'
  readonly on: boolean
}

/** Asked by the extension's own pages (popup, options, the portal window and frame) with `runtime.sendMessage`. */
export type OwnRequest =
  | { readonly ask: 'settings' }
  | { readonly ask: 'change-settings'; readonly change: Partial<Omit<Settings, 'locked'>> }
  | { readonly ask: 'gateways' }
  /** Fetches what a gateway says of itself. `address`: a host or URL as a person types it. */
  | { readonly ask: 'look-up-gateway'; readonly address: string }
  /** Trusts what `look-up-gateway` showed: the fingerprint must still be the same. */
  | { readonly ask: 'trust-gateway'; readonly gateway: string; readonly fingerprint: string }
  | { readonly ask: 'forget-gateway'; readonly gateway: string }
  | { readonly ask: 'waiting'; readonly search: string }
  /** Opens the extension's own window: at a message, at the inbox, or to sign in. */
  | { readonly ask: 'open-portal'; readonly gateway: string; readonly messageId?: string }
  | { readonly ask: 'sign-out-everywhere' }
  | { readonly ask: 'sites' }
  /** Permission has been asked for by the page already: only a page with a click may ask. */
  | { readonly ask: 'switch-site'; readonly pattern: string; readonly on: boolean }

export interface OwnAnswers {
  settings: Settings
  'change-settings': Settings
  gateways: readonly TrustedGateway[]
  'look-up-gateway': Offer
  'trust-gateway': readonly TrustedGateway[]
  'forget-gateway': readonly TrustedGateway[]
  waiting: Waiting
  'open-portal': null
  'sign-out-everywhere': null
  sites: readonly Site[]
  'switch-site': readonly Site[]
}

/** How every request is answered: a refusal is a value, for errors lose their shape on the way. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: { readonly code: string; readonly detail: string } }

/** Name of the port that a portal frame or window opens to the background (`runtime.connect`). */
export const portalPort = 'postern-portal'

/**
 * First over that port, page to background: the nonce, from the handover or from the window's fragment.
 *
 * The background sleeps and takes the port with it (`onDisconnect`). The page connects again when it next needs
 * something, and then says `resume` with what `admitted` gave it: good for that document alone (tab, frame and,
 * where the browser tells it, document id), as often as needed, until the tab is closed or the browser ends. In
 * the extension's own window it is good for the tab, so that the page can be loaded again: the page keeps it in
 * its fragment. Calls that were under way are lost: GETs can be asked again, an upload begins anew.
 */
export type Admission = { readonly nonce: string } | { readonly resume: string }

/** What an admitted page may show. Anything but `portal` shows no field at all. */
export type Admitted =
  | {
      readonly show: 'portal'
      readonly gateway: string
      readonly host: string
      readonly name: string
      /** Path of the portal to begin at, such as `/m/<token>` or `/portal/inbox`. */
      readonly path: string
      readonly purpose: 'read' | 'reply'
      readonly place: 'frame' | 'window'
      readonly settings: Settings
    }
  | {
      readonly show: 'verdict'
      readonly verdict: Verdict
      readonly place: 'frame' | 'window'
      readonly settings: Settings
    }

/** Page to background over the port, after admission. Paths are below the gateway's `/api/`. */
export type PortalRequest =
  | {
      readonly id: number
      readonly call: 'json'
      readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
      readonly path: string
      readonly body?: unknown
    }
  | { readonly id: number; readonly call: 'bytes'; readonly path: string }
  /** Followed by `piece`s; the background asks for each. */
  | {
      readonly id: number
      readonly call: 'upload'
      readonly path: string
      readonly type: string
      readonly size: number
    }
  | { readonly id: number; readonly call: 'piece'; readonly base64: string; readonly last: boolean }
  | { readonly id: number; readonly call: 'abort' }
  /** Go on in the extension's own window, at this path, with the session of now. */
  | { readonly id: number; readonly call: 'window'; readonly path: string }
  /** From a verdict: look closer at an unknown gateway, in the extension's own page. */
  | { readonly id: number; readonly call: 'pair' }

/** Background to page over the port. */
export type PortalAnswer =
  /** `resume`: 32 random bytes, base64url, never shown and never given to the content script; see `Admission`. */
  | { readonly admitted: Admitted; readonly resume: string }
  /** Nonce or resume was wrong, used, late or another tab's: the page shows nothing. The port is closed after it. */
  | { readonly refused: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: unknown }
  /** Part of the answer to `bytes`; `type` comes with the first. */
  | { readonly id: number; readonly base64: string; readonly type?: string; readonly last: boolean }
  /** The next piece, please; `sent` have reached the gateway. */
  | { readonly id: number; readonly next: true; readonly sent: number }
