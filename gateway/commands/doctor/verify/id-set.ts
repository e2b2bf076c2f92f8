/**
 * A set of ids by the 60 bits of their last 12 characters, which are random: 8 bytes each, so that millions fit. May
 * take one id in 10^18 for another.
 */
export class IdSet {
  #ids = new BigUint64Array(1024)
  #length = 0
  #sorted = true

  add(id: string): void {
    if (this.#length === this.#ids.length) {
      const larger = new BigUint64Array(this.#length * 2)
      larger.set(this.#ids)
      this.#ids = larger
    }
    this.#ids[this.#length++] = numberOf(id)
    this.#sorted = false
  }

  has(id: string): boolean {
    if (!this.#sorted) this.#ids.subarray(0, this.#length).sort()
    this.#sorted = true
    const wanted = numberOf(id)
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] ?? 0n) < wanted) low = middle + 1
      else high = middle
    }
    return low < this.#length && this.#ids[low] === wanted
  }
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

function numberOf(id: string): bigint {
  let number = 0n
  for (const character of id.slice(-12)) number = number * 32n + BigInt(alphabet.indexOf(character) & 31)
  return number
}
