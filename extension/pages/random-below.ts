/** A number from 0 up to `limit`, evenly, of the browser's generator for secrets. */
export function randomBelow(crypto: Pick<Crypto, 'getRandomValues'>): (limit: number) => number {
  return (limit) => {
    const range = 2 ** 32
    const even = range - (range % limit)
    const drawn = new Uint32Array(1)
    // What lies above the last whole multiple would make small numbers likelier: drawn again.
    for (;;) {
      const [number = 0] = crypto.getRandomValues(drawn)
      if (number < even) return number % limit
    }
  }
}
