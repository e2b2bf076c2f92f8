/* Runs in any browser ever made: no module, nothing newer than ES3. Sends those that cannot show the pages to one
   that says so. Asked for is what the pages need at least: light-dark() (Chrome and Edge 123, Firefox 120,
   Safari 17.5), dialogs, module scripts. */
/* global CSS, document, location, window */
;(function () {
  var ok =
    'noModule' in document.createElement('script') &&
    window.CSS &&
    CSS.supports &&
    CSS.supports('color', 'light-dark(red, blue)') &&
    CSS.supports('color', 'oklch(0.5 0.1 200)') &&
    typeof HTMLDialogElement === 'function' &&
    typeof Promise === 'function' &&
    'withResolvers' in Promise
  if (!ok) location.replace('/unsupported.html')
})()
