import type { MessageSummary } from '../../shared/contract/index.ts'

/** Text as it is compared in a search: without case and accents, so that `grosse` finds `Größe`. */
export function normalised(text: string): string {
  const bare = text.normalize('NFKD').replaceAll(/[\u0300-\u036f]+/g, '')
  return bare.normalize('NFC').toLowerCase().replaceAll('ß', 'ss').trim()
}

/** Whether each word of a search (normalised) stands in sender, recipients or subject. */
export function matches(item: MessageSummary, search: string): boolean {
  if (search === '') return true
  const people = [item.from, ...(item.folder === 'sent' ? item.to : [])]
  const text = normalised(
    [item.subject, ...people.flatMap(({ name, address }) => [name, address])].join('\n'),
  )
  return search.split(/\s+/).every((word) => text.includes(word))
}
