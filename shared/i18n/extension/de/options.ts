/** Die Seite der Einstellungen. */
export const options = {
  'options.title': 'Postern-Einstellungen',
  'options.sections': 'Abschnitte',
  'options.loading': 'Einstellungen werden geladen',
  'options.policy': 'Von Ihrer Organisation festgelegt',
  'options.saved': 'Gemerkt',
  'options.not-saved': 'Das ließ sich nicht merken. Versuchen Sie es noch einmal.',
  'options.broken.title': 'Postern antwortet nicht',
  'options.broken.words':
    'Geändert wurde nichts. Laden Sie diese Seite neu; wenn es so bleibt, starten Sie den Browser neu.',
  'options.version': 'Postern {version}',

  'options.gateways': 'Vertraute Gateways',
  'options.gateways.lead': 'Links, die diese Gateways ausgestellt haben, gelten als echt; andere nicht.',
  'options.gateways.none': 'Sie vertrauen noch keinem Gateway. Bis dahin wird kein Link als echt gezeigt.',
  'options.gateways.since': 'Von Ihnen vertraut seit {day}',
  'options.gateways.signed-in-as': 'Angemeldet als {address}',
  'options.gateways.not-signed-in': 'Nicht angemeldet',
  'options.gateways.trouble':
    'Seine letzte Beschreibung wurde zurückgewiesen: Sie war älter als eine frühere oder mit einem anderen Schlüssel unterschrieben. Seine Links werden mit dem bisher Bekannten geprüft. Fragen Sie seine Administration.',
  'options.gateways.forget': 'Vergessen',
  'options.gateways.forget-one': '{name} vergessen',
  'options.gateways.forget.ask': '{name} vergessen?',
  'options.gateways.forget.words':
    'Sie werden dort abgemeldet, und seine Links gelten als nicht geprüft. Ihre Nachrichten bleiben beim Gateway; um ihm wieder zu vertrauen, vergleichen Sie den Fingerabdruck noch einmal.',
  'options.gateways.keep': 'Behalten',
  'options.gateways.forgotten': '{name} ist vergessen',

  'options.sites': 'Webmail-Websites',
  'options.sites.lead': 'Postern sucht Links auf diesen Websites und auf keinen anderen.',
  'options.sites.own': 'Von Ihnen eingeschaltet',
  'options.sites.default': 'Bekannte Webmail',
  'options.sites.below': '{host} und alles darunter',
  'options.sites.not-allowed': 'Ihre Organisation will sie an; beim Einschalten fragt Sie Ihr Browser.',
  'options.sites.add': 'Adresse Ihrer Webmail',
  'options.sites.add-hint':
    'Kopieren Sie sie aus der Adresszeile. Ihr Browser fragt dann, ob Postern diese Website lesen darf.',
  'options.sites.add-button': 'Einschalten',
  'options.sites.wrong': 'Das ist keine Adresse einer Website. Sie sieht aus wie webmail.example.org.',
  'options.sites.refused': 'Der Browser hat die Erlaubnis nicht gegeben; geändert wurde nichts.',

  'options.reading': 'Passwörter und Links',
  'options.passwords': 'Wo Sie Passwörter eingeben',
  'options.passwords.inline': 'In der Seite der Webmail',
  'options.passwords.inline-hint':
    'Schnell. Ihr eigenes Bild und Ihr Satz stehen über jedem Passwortfeld; wo sie fehlen, ist es nicht Postern.',
  'options.passwords.window': 'In einem eigenen Fenster',
  'options.passwords.window-hint': 'Am sichersten: Keine Seite kann es nachahmen oder verdecken.',
  'options.unwrap': 'Von Mailfiltern umgeschriebene Links entschlüsseln',
  'options.unwrap-hint':
    'Safe Links, URL Defense und andere. Das geschieht auf diesem Gerät; gesendet wird nichts. Aus: Solche Links bekommen kein Zeichen.',

  'options.personal': 'Ihr Bild und Ihr Satz',
  'options.personal.lead':
    'Nur Postern zeigt sie, über jedem Passwortfeld. Eine Seite, die Postern nachahmt, kennt sie nicht.',
  'options.personal.keep': 'Bild und Satz merken',

  'options.appearance': 'Sprache und Aussehen',
  'options.language': 'Sprache',
  'options.language.browser': 'Wie der Browser: {language}',
  'options.look': 'Aussehen',
  'options.look.system': 'Wie das System',
  'options.look.light': 'Hell',
  'options.look.dark': 'Dunkel',
} as const
