export const common = {
  'common.close': 'Schließen',
  'common.retry': 'Erneut versuchen',
  'common.undo': 'Rückgängig',
  'common.loading': 'Wird geladen',
  'common.copy': 'Kopieren',
  'common.copied': 'Kopiert',
  'common.download': 'Herunterladen',
  'common.no-subject': '(kein Betreff)',
  'common.offline.title': 'Das Gateway ist nicht erreichbar',
  'common.offline.words': 'Prüfen Sie Ihre Verbindung. Es ging nichts verloren.',
  'common.failed.title': 'Das hat nicht geklappt',
  'common.failed.words':
    'Es ging nichts verloren. Versuchen Sie es noch einmal; geschieht es wieder, melden Sie es über „Probleme bei der Anmeldung?“.',
  'common.show-password': 'Passwort anzeigen',
  'common.hide-password': 'Passwort verbergen',
} as const
