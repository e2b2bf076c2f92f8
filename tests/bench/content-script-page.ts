/** A generated page for the bench: as large as told, with a few marked links, and busy. */

/** @param nodes elements and texts, about. @param links to stand in it. */
export function generatedPage(nodes: number, links: readonly string[]): string {
  // A row has 6 elements and 5 texts.
  const rows = Math.round(nodes / 11)
  const every = Math.max(1, Math.floor(rows / Math.max(1, links.length)))
  const row = (index: number) => {
    const link = index % every === 0 ? links[index / every] : undefined
    return `<div class="row" id="r${index}"><span>Row ${index}</span><a href="${link ?? `https://example.test/${index}`}">a link</a><div><b>Some</b> text of a <i>mail</i> of no interest</div></div>`
  }
  return `<!doctype html><title>bench</title><div id="list">${Array.from({ length: rows }, (_, index) => row(index)).join('')}</div>
<script>
  // ${mutationsPerSecond} mutations a second, of the kinds webmails make: rows come and go, texts and links change.
  let n = 0
  window.busy = () => setInterval(() => {
    const list = document.getElementById('list')
    for (let i = 0; i < ${mutationsPerSecond / 50}; i++, n++) {
      const row = list.children[(n * 7919) % list.children.length]
      if (n % 3 === 0) row.after(row.cloneNode(true))
      else if (n % 3 === 1 && !row.querySelector('a[href*=postern1]')) row.remove()
      else row.querySelector('a')?.setAttribute('href', 'https://example.test/changed/' + n)
    }
  }, 20)
</script>`
}

export const mutationsPerSecond = 500
