/** The options page. */
export const options = {
  'options.title': 'Postern options',
  'options.sections': 'Sections',
  'options.loading': 'Loading the options',
  'options.policy': 'Set by your organisation',
  'options.saved': 'Kept',
  'options.not-saved': 'This could not be kept. Try again.',
  'options.broken.title': 'Postern does not answer',
  'options.broken.words': 'Nothing was changed. Load this page again; if it stays so, restart the browser.',
  'options.version': 'Postern {version}',

  'options.gateways': 'Trusted gateways',
  'options.gateways.lead': 'Links that these gateways issued are shown as genuine; no others are.',
  'options.gateways.none': 'You trust no gateway yet. Until you do, no link is shown as genuine.',
  'options.gateways.since': 'Trusted by you since {day}',
  'options.gateways.signed-in-as': 'Signed in as {address}',
  'options.gateways.not-signed-in': 'Not signed in',
  'options.gateways.trouble':
    'Its last description was refused: it was older than one seen before, or signed by another key. Its links are checked with what was known. Ask its administrator.',
  'options.gateways.forget': 'Forget',
  'options.gateways.forget-one': 'Forget {name}',
  'options.gateways.forget.ask': 'Forget {name}?',
  'options.gateways.forget.words':
    'You are signed out there, and its links are shown as not verified. Your messages stay at the gateway; to trust it again, compare its fingerprint again.',
  'options.gateways.keep': 'Keep it',
  'options.gateways.forgotten': '{name} is forgotten',

  'options.sites': 'Webmail sites',
  'options.sites.lead': 'Postern looks for links on these sites and on no others.',
  'options.sites.own': 'Switched on by you',
  'options.sites.default': 'Known webmail',
  'options.sites.below': '{host} and all below it',
  'options.sites.not-allowed':
    'Your organisation wants it on; switching it on asks your browser’s permission.',
  'options.sites.add': 'Address of your webmail',
  'options.sites.add-hint':
    'Copy it from the address bar. Your browser then asks whether Postern may read that site.',
  'options.sites.add-button': 'Switch on',
  'options.sites.wrong': 'This is no address of a website. It looks like webmail.example.org.',
  'options.sites.refused': 'The browser has not given its permission, so nothing was changed.',

  'options.reading': 'Passwords and links',
  'options.passwords': 'Where you type passwords',
  'options.passwords.inline': 'In the mail page',
  'options.passwords.inline-hint':
    'Quick. Your own picture and phrase stand above every password field; where they are missing, it is not Postern.',
  'options.passwords.window': 'In a window of its own',
  'options.passwords.window-hint': 'Safest: no webmail page can imitate or cover it.',
  'options.unwrap': 'Decode links that mail filters have rewritten',
  'options.unwrap-hint':
    'Safe Links, URL Defense and others. Decoded on this device; nothing is sent anywhere. Off: such links get no badge.',

  'options.personal': 'Your picture and phrase',
  'options.personal.lead':
    'Shown by Postern alone, above every password field. A page that imitates Postern does not know them.',
  'options.personal.keep': 'Keep picture and phrase',

  'options.appearance': 'Language and appearance',
  'options.language': 'Language',
  'options.language.browser': 'As the browser: {language}',
  'options.look': 'Appearance',
  'options.look.system': 'As the system',
  'options.look.light': 'Light',
  'options.look.dark': 'Dark',
} as const
