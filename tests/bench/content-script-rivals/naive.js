/* global document, NodeFilter, MutationObserver, setTimeout */
// What a straightforward content script does: after changes, all of the page again.
let timer
const rescan = () => {
  timer = undefined
  for (const anchor of document.querySelectorAll('a'))
    if (anchor.href.includes('postern1')) anchor.dataset.found = '1'
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode())
    if (walker.currentNode.data.includes('postern1.')) walker.currentNode.parentElement.dataset.found = '1'
}
new MutationObserver(() => {
  timer ??= setTimeout(rescan, 300)
}).observe(document, { childList: true, subtree: true, attributes: true })
rescan()
