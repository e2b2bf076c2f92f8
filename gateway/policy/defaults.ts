import type { Definition } from './definition.ts'

/** What a sender may do in any mail program to mark a message secure. Used until an account sets its own. */
export const defaultDefinitions: Definition[] = [
  {
    name: 'Subject tag',
    conditions: [{ type: 'subject-tag', words: ['secure'] }],
    outcome: 'hold',
    options: {},
  },
  {
    name: 'X-Postern-Secure header',
    conditions: [{ type: 'header', name: 'X-Postern-Secure', value: 'yes' }],
    outcome: 'hold',
    options: {},
  },
  {
    // What Outlook's "Confidential" sensitivity puts into the header (RFC 2156 section 5.3.4).
    name: 'Sensitivity',
    conditions: [{ type: 'sensitivity', any: ['Company-Confidential'] }],
    outcome: 'hold',
    options: {},
  },
]
