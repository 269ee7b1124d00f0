/** Ends the set-up: its message is printed alone, and the exit code is 2. */
export class SetupError extends Error {}

/** A rung of a ladder is there and does not hold: its message says why, and the next rung is tried. */
export class RungError extends Error {}
