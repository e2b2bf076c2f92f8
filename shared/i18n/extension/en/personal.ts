/** The person's own picture and phrase. */
export const personal = {
  'personal.label': 'Your picture and phrase',
  'personal.why':
    'Only you and this extension know them. If they are missing or different, type no password.',
  'personal.title': 'First, a sign that this is real',
  'personal.lead':
    'Choose a picture and a phrase that only you and this extension know. They stand above every password field from now on: what does not show them is an imitation.',
  'personal.picture': 'Your picture',
  'personal.phrase': 'Your phrase',
  'personal.phrase-hint': 'Words you will know again. Not a password.',
  'personal.phrase-empty': 'Enter a phrase, or take a suggestion.',
  'personal.another': 'Suggest another phrase',
  'personal.keep': 'Continue',
  'personal.not-kept': 'This could not be kept. Nothing was lost; try again.',
  'personal.words':
    'harbour lantern birch copper meadow violin pebble orchard compass velvet thunder walnut ribbon glacier basket saddle cinnamon feather canyon marble whistle almond puzzle anchor blanket cricket mirror pepper bridge candle valley button kettle island hammer window jacket ladder napkin oyster pillow quarry rocket shadow teapot turnip waffle willow zipper bonfire cobbler dolphin emerald ginger hazel juniper kayak lemon mosaic nutmeg',
  'personal.picture.lighthouse': 'Lighthouse',
  'personal.picture.boat': 'Sailing boat',
  'personal.picture.mountain': 'Mountain',
  'personal.picture.pine': 'Pine tree',
  'personal.picture.moon': 'Moon',
  'personal.picture.balloon': 'Balloon',
  'personal.picture.cup': 'Cup',
  'personal.picture.fish': 'Fish',
  'personal.picture.umbrella': 'Umbrella',
  'personal.picture.cactus': 'Cactus',
  'personal.picture.snail': 'Snail',
  'personal.picture.flower': 'Flower',
} as const
