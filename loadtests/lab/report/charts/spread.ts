/**
 * Moves labels apart that would overlap, as little as needed: from the lowest upwards, in the order given.
 * @param wanted pixel heights, falling; @param gap least distance; @param floor the lowest that one may stand
 */
export function spread(wanted: number[], gap: number, floor: number): number[] {
  const places: number[] = []
  for (const want of wanted) places.push(Math.min(want, (places.at(-1) ?? floor + gap) - gap))
  return places
}
