import type { NoticeWords } from './words.ts'

const plural = new Intl.PluralRules('de')
/** Accusative, as it stands in both sentences. */
const recipients = (count: number) =>
  plural.select(count) === 'one' ? 'einen Empfänger' : `${count} Empfänger`

const these = (count: number) => (plural.select(count) === 'one' ? 'diesen Empfänger' : 'diese Empfänger')
const ofThese = (count: number) => (plural.select(count) === 'one' ? 'dieses Empfängers' : 'dieser Empfänger')

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
  unknownBrowser: 'Nicht bekannt',
  browserOn: (browser, system) => `${browser} unter ${system}`,

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
    action: 'Nachricht lesen',
    checkHost: (host) =>
      `Prüfen Sie vor der Anmeldung die Adresse in Ihrem Browser: Sie muss ${host} lauten. Ist es eine andere, schließen Sie die Seite.`,
    firstTime:
      'Ist dies Ihre erste sichere Nachricht? Ihre Zugangsdaten erhalten Sie in einer zweiten E-Mail.',
    reply: 'Antworten Sie im Portal. Eine Antwort auf diese E-Mail ist unterwegs nicht geschützt.',
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
}
