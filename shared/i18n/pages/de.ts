import { common } from '../portal/de/common.ts'
import type { Translation } from '../index.ts'
import type { en } from './en.ts'

export const de: Translation<typeof en> = {
  ...common,
  'home.title': 'Postern',
  'home.lead':
    'Ein Gateway für sichere Nachrichten. Was nicht offen reisen darf, wartet hier versiegelt, bis sein Leser die Tür öffnet.',
  'home.sandbox': 'Dieses Gateway läuft in der Sandbox',
  'home.sandbox-words':
    'Es ist kein Smarthost eingestellt, also verlässt keine E-Mail diese Maschine. Was gegangen wäre, steht im Ausgang.',
  'home.how': 'So geht es',
  'home.step-1': 'Jemand sendet wie immer',
  'home.step-1-words':
    'Eine Nachricht mit {tag} im Betreff kommt per SMTP an. Das Gateway versiegelt sie und behält sie.',
  'home.step-2': 'Der Leser bekommt einen Link',
  'home.step-2-words':
    'Eine Benachrichtigung geht hinaus, beim ersten Mal auch die Zugangsdaten in einer eigenen E-Mail.',
  'home.step-3': 'Hier gelesen und beantwortet',
  'home.step-3-words':
    'Der Leser meldet sich im Portal an. Die Antwort kommt in das gewöhnliche Postfach des Absenders zurück.',
  'home.try': 'Ausprobieren',
  'home.try-words':
    'Sendet eine echte Nachricht durch den SMTP-Eingang dieser Maschine, wie ein Mailprogramm.',
  'home.try-to': 'An',
  'home.try-to-hint': 'Irgendeine Adresse: nichts verlässt diese Maschine',
  'home.try-subject': 'Betreff',
  'home.try-text': 'Nachricht',
  'home.try-send': 'Sichere Nachricht senden',
  'home.try-sending': 'Wird gesendet',
  'home.try-reply': 'Das Gateway antwortete',
  'home.try-next':
    'Von {from} an {to}. Öffnen Sie den Ausgang: Benachrichtigung und Zugangsdaten liegen dort.',
  'home.open-outbox': 'Ausgang öffnen',
  'home.open-portal': 'Portal öffnen',
  'home.try-subject-value': 'Der Vertrag, nur für Sie',
  'home.try-text-value':
    'Hallo Bob,\n\ndas haben wir vereinbart. Niemand außer Ihnen kann es lesen.\n\nAlice',

  'outbox.title': 'Ausgang',
  'outbox.lead':
    'Was diese Maschine verlassen hätte, Neuestes zuerst. Es ist die Sandbox: nichts ging hinaus.',
  'outbox.home': 'Start',
  'outbox.refresh': 'Aktualisieren',
  'outbox.refreshed': 'Stand: {time}',
  'outbox.empty.title': 'Noch wäre nichts hinausgegangen',
  'outbox.empty.words':
    'Senden Sie eine Nachricht per SMTP, oder nehmen Sie „Ausprobieren“ auf der Startseite.',
  'outbox.from': 'Von',
  'outbox.to': 'An',
  'outbox.date': 'Datum',
  'outbox.subject': 'Betreff',
  'outbox.view': 'Ansicht',
  'outbox.html': 'HTML',
  'outbox.text': 'Text',
  'outbox.headers': 'Alle Kopfzeilen',
  'outbox.source': 'Quelltext',
  'outbox.attachments': { one: '{count} Anhang', other: '{count} Anhänge' },
  'outbox.download': '.eml herunterladen',
  'outbox.frame': 'Die Nachricht als HTML',
  'outbox.earlier': 'Frühere Nachrichten',
  'outbox.leads-to': 'führt zu {host}',
  'outbox.choose': 'Keine E-Mail gewählt',
  'outbox.choose-words': 'Wählen Sie eine aus der Liste, um sie zu sehen wie ihr Leser.',
  'outbox.back': 'Zurück zum Ausgang',
  'outbox.mail': 'Geöffnete E-Mail',
  'outbox.list': 'E-Mails',
  'outbox.not-text': 'Diese E-Mail hat keinen Textteil.',
  'outbox.more': { one: 'und {count} weitere', other: 'und {count} weitere' },
}
