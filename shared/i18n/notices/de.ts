import type { NoticeWords } from './words.ts'

const plural = new Intl.PluralRules('de')
/** Accusative, as it stands in both sentences. */
const recipients = (count: number) =>
  plural.select(count) === 'one' ? 'einen Empfänger' : `${count} Empfänger`

const these = (count: number) => (plural.select(count) === 'one' ? 'diesen Empfänger' : 'diese Empfänger')
const ofThese = (count: number) => (plural.select(count) === 'one' ? 'dieses Empfängers' : 'dieser Empfänger')

const times = {
  dative: { day: ['einem Tag', 'Tagen'], hour: ['einer Stunde', 'Stunden'] },
  accusative: { day: ['einen Tag', 'Tage'], hour: ['eine Stunde', 'Stunden'] },
} as const

function time(unit: 'day' | 'hour', count: number, form: keyof typeof times): string {
  const [one, many] = times[form][unit]
  if (count === 0) return `weniger als ${one}`
  return plural.select(count) === 'one' ? one : `${count} ${many}`
}

export const de: NoticeWords = {
  language: 'de',
  locale: 'de-DE',
  direction: 'ltr',

  senderVia: (sender, organisation) => `${sender} über ${organisation}`,
  organisationMail: (organisation) => `${organisation} – sichere Nachrichten`,
  callsItself: (name) => `nennt sich „${name}“`,

  labels: {
    from: 'Von',
    subject: 'Betreff',
    sent: 'Gesendet',
    expires: 'Verfügbar bis',
    portal: 'Portal',
    address: 'E-Mail-Adresse',
    temporaryPassword: 'Vorläufiges Passwort',
    validUntil: 'Gültig bis',
    when: 'Zeitpunkt',
    browser: 'Browser',
    readBy: 'Gelesen von',
    readAt: 'Zuerst gelesen',
    recipient: 'Empfänger',
    reason: 'Grund',
    queueId: 'Vorgangsnummer',
  },
  never: 'Unbegrenzt',
  within: (unit, count) => `in ${time(unit, count, 'dative')}`,
  left: (unit, count) => `noch ${time(unit, count, 'accusative')}`,
  unknownBrowser: 'Nicht bekannt',
  browserOn: (browser, system) => `${browser} unter ${system}`,

  readMessage: 'Nachricht lesen',
  checkHost: (host) =>
    `Prüfen Sie vor der Anmeldung die Adresse in Ihrem Browser: Sie muss ${host} lauten. Ist es eine andere, schließen Sie die Seite.`,
  replyInPortal: 'Antworten Sie im Portal. Eine Antwort auf diese E-Mail ist unterwegs nicht geschützt.',
  orCopyLink: 'Wenn die Schaltfläche nicht funktioniert, kopieren Sie diesen Link in Ihren Browser:',
  linkCode: 'Code dieses Links, für die Browser-Erweiterung:',
  footer: (organisation, host, address) =>
    `${organisation} verschickt sichere Nachrichten mit Postern unter ${host}. Diese E-Mail ist für ${address} bestimmt.`,
  neverAsk: 'Niemand wird Sie je per E-Mail oder Telefon nach Ihrem Passwort fragen.',

  notification: {
    kind: 'Sichere Nachricht',
    subject: (sender) => `Sichere Nachricht von ${sender}`,
    subjectWith: (sender, subject) => `Sichere Nachricht von ${sender}: ${subject}`,
    title: (sender) => `${sender} hat Ihnen eine sichere Nachricht gesendet`,
    lead: (host) =>
      `Melden Sie sich unter ${host} an, um sie zu lesen. Die Nachricht selbst steht nicht in dieser E-Mail.`,
    firstTime:
      'Ist dies Ihre erste sichere Nachricht? Ihre Zugangsdaten erhalten Sie in einer zweiten E-Mail.',
  },
  reminder: {
    kind: 'Erinnerung',
    subject: (sender) => `Noch nicht gelesen: sichere Nachricht von ${sender}`,
    subjectWith: (sender, subject) => `Noch nicht gelesen: sichere Nachricht von ${sender}: ${subject}`,
    title: (sender) => `Eine sichere Nachricht von ${sender} wartet auf Sie`,
    lead: (host) =>
      `Sie haben sie noch nicht gelesen. Melden Sie sich unter ${host} an, um sie zu lesen. Die Nachricht selbst steht nicht in dieser E-Mail.`,
    signIn:
      'Fehlen Ihnen die Zugangsdaten, oder sind sie abgelaufen? Wählen Sie bei der Anmeldung „Ich habe mein Passwort vergessen“, dann erhalten Sie neue.',
  },
  expiryWarning: {
    kind: 'Läuft bald ab',
    subject: (sender, within) => `Läuft ${within} ab: sichere Nachricht von ${sender}`,
    subjectWith: (sender, subject, within) =>
      `Läuft ${within} ab: sichere Nachricht von ${sender}: ${subject}`,
    title: (sender, within) => `Eine sichere Nachricht von ${sender} läuft ${within} ab`,
    lead: (host) =>
      `Melden Sie sich vorher unter ${host} an, um sie zu lesen. Danach lässt sie sich nicht mehr öffnen. Die Nachricht selbst steht nicht in dieser E-Mail.`,
    begun: 'Die Antwort, die Sie begonnen haben, geht mit ihr verloren, wenn Sie sie nicht vorher senden.',
  },
  signInDetails: {
    kind: 'Zugangsdaten',
    subject: (host) => `Ihre Zugangsdaten für ${host}`,
    title: (host) => `Ihre Zugangsdaten für ${host}`,
    lead: (organisation) =>
      `${organisation} sendet Ihnen sichere Nachrichten über dieses Portal. Melden Sie sich einmal mit diesen Daten an und wählen Sie dann ein eigenes Passwort.`,
    action: 'Anmelden',
    once: 'Das vorläufige Passwort gilt für eine einzige Anmeldung. Leerzeichen davor oder dahinter stören nicht.',
    ended:
      'Ist es abgelaufen? Wählen Sie bei der Anmeldung „Ich habe mein Passwort vergessen“, dann erhalten Sie ein neues.',
    notExpected:
      'Geben Sie diese E-Mail nicht weiter: Wer sie liest, kann sich als Sie anmelden. Wenn Sie sie nicht erwartet haben, müssen Sie nichts tun.',
  },
  passwordReset: {
    kind: 'Passwort',
    subject: (host) => `Neues Passwort für ${host} wählen`,
    title: 'Wählen Sie ein neues Passwort',
    lead: (address, host) => `Für ${address} wurde unter ${host} ein neues Passwort angefordert.`,
    action: 'Neues Passwort wählen',
    once: 'Der Link funktioniert einmal. Ihre Nachrichten bleiben erhalten.',
    notYou: 'Wenn Sie das nicht waren, ignorieren Sie diese E-Mail. Ihr Passwort ist unverändert.',
  },
  securityAlert: {
    kind: 'Sicherheitshinweis',
    subject: (host) => `Ihr Passwort für ${host} wurde geändert`,
    title: 'Ihr Passwort wurde geändert',
    changed: (address, host) => `Das Passwort von ${address} unter ${host} wurde im Portal geändert.`,
    reset: (address, host) =>
      `Das Passwort von ${address} unter ${host} wurde über einen Link aus einer E-Mail neu gesetzt.`,
    sessions: 'Alle anderen angemeldeten Browser wurden abgemeldet.',
    notYou: (host) =>
      `Wenn Sie das waren, müssen Sie nichts tun. Andernfalls öffnen Sie ${host}, wählen „Ich habe mein Passwort vergessen“ und ändern auch das Passwort Ihres Postfachs.`,
    action: 'Portal öffnen',
  },
  readReceipt: {
    kind: 'Lesebestätigung',
    subject: (recipient) => `Gelesen: Ihre sichere Nachricht an ${recipient}`,
    title: (recipient) => `${recipient} hat Ihre sichere Nachricht gelesen`,
    lead: 'Die Nachricht wurde im Portal geöffnet. Sie oder Ihre Organisation haben um diese Bestätigung gebeten.',
  },
  recalled: {
    kind: 'Zurückgerufen',
    subject: (sender) => `${sender} hat eine sichere Nachricht zurückgerufen`,
    title: (sender) => `${sender} hat eine sichere Nachricht zurückgerufen`,
    lead: 'Sie lässt sich nicht mehr öffnen. Sie müssen nichts tun.',
  },
  deliveryFailure: {
    kind: 'Nicht zugestellt',
    subject: (count) => `Nicht zugestellt an ${recipients(count)}`,
    title: (count) => `Ihre Nachricht hat ${recipients(count)} nicht erreicht`,
    relayed: (count) =>
      `Der Mailserver ${ofThese(count)} hat sie abgelehnt oder war zu lange nicht erreichbar.`,
    held: (count) =>
      `Wir konnten ${these(count)} nicht über Ihre sichere Nachricht informieren. Sie liegt weiter versiegelt im Portal.`,
    next: 'Prüfen Sie die Adresse. Stimmt sie, zeigen Sie diesen Bericht Ihrem Administrator oder erreichen Sie die Person auf anderem Weg.',
  },
  deliveryDelay: {
    kind: 'Verzögert',
    subject: (count) => `Verzögert: noch nicht zugestellt an ${recipients(count)}`,
    title: (count) => `Ihre Nachricht hat ${recipients(count)} noch nicht erreicht`,
    relayed: (count) =>
      `Der Mailserver ${ofThese(count)} war nicht erreichbar oder bat um einen späteren Versuch. Sie müssen nichts tun: Senden Sie die Nachricht nicht noch einmal.`,
    held: (count) =>
      `Ihre sichere Nachricht liegt im Portal, aber wir konnten ${these(count)} noch nicht darüber informieren. Sie müssen nichts tun: Senden Sie die Nachricht nicht noch einmal.`,
    until: (moment) => `Wir versuchen es weiter bis ${moment}. Gelingt es bis dahin nicht, erfahren Sie es.`,
  },
  deliverySuccess: {
    kind: 'Weitergegeben',
    subject: (count) => `Weitergegeben an den Mailserver für ${recipients(count)}`,
    title: (count) => `Der Mailserver für ${recipients(count)} hat Ihre Nachricht`,
    relayed: (count) =>
      `Er hat sie angenommen. Ob sie im Postfach ${ofThese(count)} angekommen ist, meldet er nicht.`,
    kindHeld: 'Sicher verwahrt',
    subjectHeld: (count) => `Sicher verwahrt für ${recipients(count)}`,
    titleHeld: (count) => `Ihre sichere Nachricht liegt für ${recipients(count)} bereit`,
    held: (count) =>
      `Sie liegt versiegelt im Portal, und der Mailserver ${ofThese(count)} hat die Benachrichtigung angenommen.`,
  },
}
