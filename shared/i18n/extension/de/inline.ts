export const inline = {
  'inline.bar': 'Welches Gateway dies ist',
  'inline.verified': 'Echtes Gateway',
  'inline.look-alike': 'Warnung: kein echter Link',
  'inline.unknown': 'Nicht geprüft',
  'inline.window': 'In einem eigenen Fenster öffnen',
  'inline.close': 'Schließen',
  'inline.closing': 'Wird vor dem Schließen gespeichert',
  'inline.not-saved': 'Ihr Entwurf konnte nicht gespeichert werden',
  'inline.not-saved-words':
    'Lassen Sie dies offen, bis das Gateway erreichbar ist, oder schließen Sie es ohne die letzten Wörter.',
  'inline.close-anyway': 'Trotzdem schließen',
  'inline.opening': 'Geht in einem eigenen Fenster weiter',

  'inline.password-window': 'In einem Fenster anmelden',
  'inline.password-window-words':
    'Passwörter werden im eigenen Fenster der Erweiterung eingegeben, wo keine Seite dazwischenkommt. Danach lesen Sie hier weiter.',
  'inline.password-window-done':
    'Das Fenster ist offen. Sobald Sie dort angemeldet sind, steht hier Ihre Nachricht.',
  'inline.no-window': 'Das Fenster konnte nicht geöffnet werden. Versuchen Sie es noch einmal.',

  'inline.interrupted': 'Diese Seite wurde unterbrochen',
  'inline.interrupted-words':
    'Die Erweiterung wurde inzwischen erneuert oder ausgeschaltet. Schließen Sie dies, laden Sie die Seite neu und öffnen Sie den Link noch einmal. Gespeicherte Entwürfe sind sicher.',

  'inline.broken': 'Die Verbindung brach ab',
  'inline.broken-words':
    'Es ist nicht bekannt, ob dies getan wurde. Sehen Sie nach, bevor Sie es noch einmal versuchen.',

  'inline.warn.title': 'Melden Sie sich mit diesem Link nicht an',
  'inline.warn.not-signed':
    'Er trägt die Adresse von {of}, dem Sie vertrauen, aber {of} hat ihn nicht ausgestellt: Er wurde verändert, gekürzt oder erfunden.',
  'inline.warn.imitates':
    'Er sieht aus wie ein Link von {of}, dem Sie vertrauen, führt aber zu einer anderen Adresse.',
  'inline.warn.mixed-scripts':
    'Seine Adresse mischt Buchstaben mehrerer Alphabete, damit sie aussieht wie {of}, dem Sie vertrauen. Es ist eine andere Adresse.',
  'inline.warn.hidden-host':
    'Er zeigt den Namen von {of}, dem Sie vertrauen, vor einem @-Zeichen. Es zählt, was danach kommt, und das ist eine andere Adresse.',
  'inline.warn.shows-another':
    'Sein Text zeigt {of}, dem Sie vertrauen, er führt aber zu einer anderen Adresse.',
  'inline.warn.leads': 'Er führt zu',
  'inline.warn.of': 'Er sieht aus wie',
  'inline.warn.do': 'Was zu tun ist',
  'inline.warn.do-1': 'Öffnen Sie den Link nicht, und geben Sie dahinter kein Passwort ein.',
  'inline.warn.do-2':
    'Sagen Sie es dem Administrator Ihrer Organisation oder wer sich um Ihre E-Mail kümmert.',
  'inline.warn.do-3':
    'Haben Sie dort schon ein Passwort eingegeben? Ändern Sie es jetzt, über einen Link, von dem Sie wissen, dass er echt ist.',

  'inline.unknown.title': 'Dieses Gateway ist nicht geprüft',
  'inline.unknown.words':
    'Der Link kann von einem wirklichen Gateway sein, aber diesem vertrauen Sie noch nicht, und so bürgt niemand dafür, wer dahinter steht.',
  'inline.unknown.means': 'Bei dieser Adresse wurde nichts angefragt, und nichts wurde dorthin gesendet.',
  'inline.unknown.safe':
    'Erwarten Sie von dort eine Nachricht? Fragen Sie deren Absender nach Namen und Fingerabdruck des Gateways und prüfen Sie es dann hier.',
  'inline.unknown.code':
    'Dieser Code nennt eine Nachricht, aber nicht das Gateway, das sie aufbewahrt. Nehmen Sie den Link in derselben E-Mail, oder fragen Sie deren Absender nach dem Namen des Gateways.',
  'inline.unknown.check': 'Dieses Gateway prüfen …',
} as const
