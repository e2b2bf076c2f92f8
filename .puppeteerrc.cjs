// Tests use the browser of the machine (tests/peers/browser.ts); nothing is downloaded.
module.exports = { skipDownload: true }
