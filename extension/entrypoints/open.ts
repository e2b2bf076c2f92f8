import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { createOpener, createReplyBar, offerKit } from '../webmail/index.ts'

/** The second content script: opens the portal, and guards it. Put into a frame by gateways/kit.ts. */
export default defineUnlistedScript(() => offerKit(globalThis, { createOpener, createReplyBar }))
