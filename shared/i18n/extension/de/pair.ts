/** Einem Gateway vertrauen: nachsehen, vergleichen, entscheiden. */
export const pair = {
  'pair.title': 'Gateway hinzufügen',
  'pair.lead': 'Vertraut wird erst, wenn Sie den Fingerabdruck verglichen und es gesagt haben.',
  'pair.address': 'Adresse des Gateways',
  'pair.address-hint':
    'Zum Beispiel mail.example.org. Nehmen Sie sie von denen, die Ihnen sichere Nachrichten angekündigt haben, nicht aus einer E-Mail, die Sie überrascht.',
  'pair.address-missing': 'Geben Sie die Adresse des Gateways ein.',
  'pair.look-up': 'Nachsehen',
  'pair.looking-up': 'Gateway wird gefragt',
  'pair.found': 'Das sagt dieses Gateway von sich',
  'pair.name': 'Name',
  'pair.host': 'Adresse',
  'pair.fingerprint': 'Fingerabdruck',
  'pair.compare': 'Vergleichen Sie den Fingerabdruck, bevor Sie vertrauen',
  'pair.compare-where':
    'Erfragen Sie ihn auf anderem Weg: am Telefon, auf Papier, auf der Website der Organisation. Deren Administration findet ihn mit „postern keys list“.',
  'pair.compare-all':
    'Alle sechzehn Gruppen müssen gleich sein. Weicht eine ab, vertrauen Sie dem Gateway nicht.',
  'pair.compare-name': 'Der Name beweist nichts: Jeder kann einem Gateway jeden Namen geben.',
  'pair.trust': 'Sie sind gleich: diesem Gateway vertrauen',
  'pair.trusting': 'Wird gemerkt',
  'pair.do-not': 'Nicht vertrauen',
  'pair.trusted': '{name} wird jetzt vertraut',
  'pair.already': 'Sie vertrauen diesem Gateway schon, mit genau diesem Fingerabdruck.',
  'pair.changed.title': 'Das ist nicht der Fingerabdruck, dem Sie vertraut haben',
  'pair.changed':
    'Sie vertrauen unter dieser Adresse einem Gateway mit einem anderen Fingerabdruck. Es wurde vielleicht neu eingerichtet, oder jemand steht an seiner Stelle. Vertrauen Sie ihm erst, wenn seine Administration Ihnen den neuen bestätigt hat.',
  'pair.changed-old': 'Bisher vertraut',
  'pair.not-allowed':
    'Ihre Organisation entscheidet, welchen Gateways vertraut wird. Hier lässt sich keines hinzufügen.',
  'pair.problem': 'Dieses Gateway lässt sich nicht hinzufügen',
  'pair.problem.address-wrong':
    'Das ist keine Adresse eines Gateways. Sie sieht aus wie mail.example.org und wird nur über https angesprochen.',
  'pair.problem.no-answer':
    'Das Gateway antwortet nicht. Prüfen Sie die Adresse und Ihre Verbindung; geändert wurde nichts.',
  'pair.problem.not-a-gateway':
    'Kein Gateway hat diese Adresse, oder was es von sich sagt, ist nicht richtig unterschrieben. Nehmen Sie die Adresse genau so, wie sie in seinen Links steht; geändert wurde nichts.',
  'pair.problem.description-refused':
    'Was das Gateway von sich sagt, ist abgelaufen oder älter als das zuletzt Gesehene. Prüfen Sie die Uhr dieses Geräts und fragen Sie dann die Administration des Gateways.',
  'pair.problem.fingerprint-changed':
    'Das Gateway hat mit einem anderen Fingerabdruck geantwortet als eben; ihm wird darum nicht vertraut. Sehen Sie noch einmal nach und vergleichen Sie.',
  'pair.problem.failed': 'Das hat nicht geklappt, und geändert wurde nichts. Versuchen Sie es noch einmal.',
} as const
