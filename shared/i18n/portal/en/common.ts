/** Words used on many screens. */
export const common = {
  'common.close': 'Close',
  'common.retry': 'Try again',
  'common.undo': 'Undo',
  'common.loading': 'Loading',
  'common.copy': 'Copy',
  'common.copied': 'Copied',
  'common.download': 'Download',
  'common.no-subject': '(no subject)',
  'common.offline.title': 'The gateway cannot be reached',
  'common.offline.words': 'Check your connection. Nothing was lost.',
  'common.failed.title': 'This did not work',
  'common.failed.words':
    'Nothing was lost. Try again; if it happens again, use “Login issues?” to report it.',
  'common.show-password': 'Show password',
  'common.hide-password': 'Hide password',
} as const
