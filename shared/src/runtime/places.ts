/** So many requests at once, and so many of one caller. */
export interface Places {
  kind: string
  taken: number
  most: number
  mostOfOne: number
  callers: Map<string, number>
}

/** @param share the part of them that one caller may take, up to 1 */
export const createPlaces = (kind: string, most: number, share: number): Places => ({
  kind,
  taken: 0,
  most,
  mostOfOne: Math.max(1, Math.floor(most * share)),
  callers: new Map(),
})

export const areTaken = ({ taken, most }: Places): boolean => taken >= most

/** Writes a place that is taken to a caller's account; false when that caller has its share. */
export function charge({ callers, mostOfOne }: Places, caller: string): boolean {
  const count = callers.get(caller) ?? 0
  if (count >= mostOfOne) return false
  callers.set(caller, count + 1)
  return true
}

/** Gives a place back. @param caller to whose account it was written, if it was */
export function giveBack(places: Places, caller: string | undefined): void {
  places.taken--
  if (caller === undefined) return
  const left = places.callers.get(caller)! - 1
  if (left === 0) places.callers.delete(caller)
  else places.callers.set(caller, left)
}
