export const personal = {
  'personal.label': 'Ihr Bild und Ihr Satz',
  'personal.why':
    'Nur Sie und diese Erweiterung kennen beides. Fehlt es oder ist es anders, geben Sie kein Passwort ein.',
  'personal.title': 'Zuerst ein Zeichen, dass dies echt ist',
  'personal.lead':
    'Wählen Sie ein Bild und einen Satz, die nur Sie und diese Erweiterung kennen. Von nun an stehen sie über jedem Passwortfeld: Was sie nicht zeigt, ist nachgemacht.',
  'personal.picture': 'Ihr Bild',
  'personal.phrase': 'Ihr Satz',
  'personal.phrase-hint': 'Wörter, die Sie wiedererkennen. Kein Passwort.',
  'personal.phrase-empty': 'Geben Sie einen Satz ein oder nehmen Sie einen Vorschlag.',
  'personal.another': 'Einen anderen Satz vorschlagen',
  'personal.keep': 'Weiter',
  'personal.not-kept':
    'Dies konnte nicht gespeichert werden. Nichts ging verloren; versuchen Sie es noch einmal.',
  'personal.words':
    'Hafen Laterne Birke Kupfer Wiese Geige Kiesel Obstgarten Kompass Samt Donner Walnuss Schleife Gletscher Korb Sattel Zimt Feder Schlucht Marmor Pfeife Mandel Puzzle Anker Decke Grille Spiegel Pfeffer Brücke Kerze Tal Knopf Kessel Insel Hammer Fenster Jacke Leiter Serviette Auster Kissen Steinbruch Rakete Schatten Teekanne Rübe Waffel Weide Lagerfeuer Schuster Delfin Smaragd Ingwer Hasel Wacholder Kajak Zitrone Mosaik Muskat',
  'personal.picture.lighthouse': 'Leuchtturm',
  'personal.picture.boat': 'Segelboot',
  'personal.picture.mountain': 'Berg',
  'personal.picture.pine': 'Tanne',
  'personal.picture.moon': 'Mond',
  'personal.picture.balloon': 'Ballon',
  'personal.picture.cup': 'Tasse',
  'personal.picture.fish': 'Fisch',
  'personal.picture.umbrella': 'Regenschirm',
  'personal.picture.cactus': 'Kaktus',
  'personal.picture.snail': 'Schnecke',
  'personal.picture.flower': 'Blume',
} as const
