/** Siehe ../en/page.ts: kein Wort hier darf eine E-Mail sicher nennen. */
export const page = {
  'page.genuine': 'Echter Link · {host}',
  'page.expired': 'Echter Link, abgelaufen · {host}',
  'page.look-alike': 'Warnung: kein echter Link',
  'page.unknown': 'Nicht geprüft',
  'page.genuine-title':
    'Diesen Link hat {host} ausgestellt, ein Gateway, dem Sie vertrauen. Öffnet die sichere Nachricht hier, in einem Teil der Seite, den die Seite selbst nicht lesen kann.',
  'page.look-alike-title':
    'Dieser Link sieht aus wie einer von einem Gateway, dem Sie vertrauen, ist aber keiner. Er führt zu {host}.',
  'page.not-signed-title':
    'Dieser Link trägt die Adresse von {host}, dem Sie vertrauen, aber {host} hat ihn nicht ausgestellt.',
  'page.unknown-title':
    'Dem Gateway dieses Links vertrauen Sie nicht. Er führt zu {host}. Zeigt, was das heißt; öffnet nichts.',
  'page.unknown-code-title':
    'Dieser Code nennt eine Nachricht, aber kein Gateway, dem Sie vertrauen, hat ihn ausgestellt. Zeigt, was das heißt; öffnet nichts.',
  'page.reply-offer': 'Ihre Antwort ginge als gewöhnliche E-Mail hinaus. {host} kann sie sicher überbringen.',
  'page.reply-answer': 'Sicher antworten',
  'page.reply-dismiss': 'Jetzt nicht',
  'page.frame-title': 'Sichere Nachricht, gezeigt von Postern',
} as const
