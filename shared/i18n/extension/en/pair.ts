/** Trusting a gateway: look up, compare, decide. */
export const pair = {
  'pair.title': 'Add a gateway',
  'pair.lead': 'Nothing is trusted until you have compared the fingerprint and said so.',
  'pair.address': 'Address of the gateway',
  'pair.address-hint':
    'Such as mail.example.org. Take it from whoever told you to expect secure messages, not from an email that surprised you.',
  'pair.address-missing': 'Type the address of the gateway.',
  'pair.look-up': 'Look up',
  'pair.looking-up': 'Asking the gateway',
  'pair.found': 'This gateway says of itself',
  'pair.name': 'Name',
  'pair.host': 'Address',
  'pair.fingerprint': 'Fingerprint',
  'pair.compare': 'Compare the fingerprint before you trust it',
  'pair.compare-where':
    'Ask for it by another way: by telephone, on paper, on the website of the organisation. Its administrator finds it with “postern keys list”.',
  'pair.compare-all': 'All sixteen groups must be the same. If one differs, do not trust the gateway.',
  'pair.compare-name': 'Its name proves nothing: anybody can give a gateway any name.',
  'pair.trust': 'They are the same: trust this gateway',
  'pair.trusting': 'Keeping it',
  'pair.do-not': 'Do not trust',
  'pair.trusted': '{name} is trusted now',
  'pair.already': 'You trust this gateway already, with this very fingerprint.',
  'pair.changed.title': 'This is not the fingerprint you trusted',
  'pair.changed':
    'You trust a gateway at this address with another fingerprint. It may have been set up anew, or somebody is in its place. Trust it only after its administrator has confirmed the new one to you.',
  'pair.changed-old': 'Trusted until now',
  'pair.not-allowed': 'Your organisation decides which gateways are trusted. None can be added here.',
  'pair.problem': 'This gateway can’t be added',
  'pair.problem.address-wrong':
    'This is no address of a gateway. It looks like mail.example.org, and is spoken to by https only.',
  'pair.problem.no-answer':
    'The gateway gives no answer. Check the address and your connection; nothing was changed.',
  'pair.problem.not-a-gateway':
    'There is no gateway that goes by this address, or what it says of itself is not signed as it should be. Take the address exactly as it stands in its links; nothing was changed.',
  'pair.problem.description-refused':
    'What the gateway says of itself is out of date, or older than what was seen before. Check the clock of this device, then ask the gateway’s administrator.',
  'pair.problem.fingerprint-changed':
    'The gateway answered with another fingerprint than a moment ago, so it was not trusted. Look it up again and compare.',
  'pair.problem.failed': 'This did not work, and nothing was changed. Try again.',
} as const
