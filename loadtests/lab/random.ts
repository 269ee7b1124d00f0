// Asked for once: in a test's own context, every look at a global takes many times as long.
const { imul } = Math

/** Numbers in [0, 1) that follow from the seed: a Weyl sequence through a 32-bit mixer. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}

/** A seed for a part of a run, from the run's seed and the part's name. */
export function seedOf(seed: number, part: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0
  for (const character of part) hash = imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return hash
}
