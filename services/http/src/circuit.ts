/** Calls that fail one after another until none is made. */
const BREAK_AFTER = 10
/** Looks that stay without an answer, one after another, until none is made: one alone may be a pause of our own. */
const LOOKS = 2

/**
 * Keeps calls away from a replica that fails or hangs. It is open or closed, and never half open: what closes it is a look
 * of our own, so that no caller waits for the sake of all others.
 */
export interface Circuit {
  readonly isOpen: boolean
  /** Which stretch, open or closed, this is: what began in an earlier one says nothing about this one. */
  readonly era: number
  /** A call that began in this era was answered, whatever the answer. */
  answered(era: number): void
  /** A call that began in this era failed, and the replica is to blame. */
  failed(era: number): void
  /** Somebody had a look: an answer closes the circuit, and silence opens it. */
  looked(isAlive: boolean): void
}

/** @param onChange told whenever it opens or closes */
export function createCircuit(onChange: (isOpen: boolean) => void): Circuit {
  let isOpen = false
  let era = 0
  let failures = 0
  let missed = 0

  function turn(open: boolean): void {
    if (open === isOpen) return
    isOpen = open
    era++
    failures = 0
    missed = 0
    onChange(isOpen)
  }

  return {
    get isOpen() {
      return isOpen
    },
    get era() {
      return era
    },
    answered(began) {
      if (began === era) failures = 0
    },
    failed(began) {
      if (began === era && ++failures >= BREAK_AFTER) turn(true)
    },
    looked(isAlive) {
      missed = isAlive ? 0 : missed + 1
      if (isAlive) turn(false)
      else if (missed >= LOOKS) turn(true)
    },
  }
}
