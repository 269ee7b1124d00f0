/** A bulkhead: so many calls to one service are under way at once, so that one that hangs takes nothing from the others. */
export interface Places {
  readonly taken: number
  /** @returns whether there was one */
  take(): boolean
  giveBack(): void
}

export function createPlaces(most: number): Places {
  let taken = 0
  return {
    get taken() {
      return taken
    },
    take() {
      if (taken >= most) return false
      taken++
      return true
    },
    giveBack() {
      taken--
    },
  }
}
