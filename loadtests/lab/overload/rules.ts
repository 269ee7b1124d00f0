/** How long a buyer waits for an answer, in seconds. Who gets none in that time is counted as gone. */
export const PATIENCE_SECONDS = 2

/** An order is good when its buyer was told of it in time and it settled so soon after it was placed, in milliseconds. */
export const SETTLES_WITHIN_MS = 2_000

/** A refusal is quick when it takes no longer, in milliseconds. */
export const QUICK_MS = 250

/** How long a stack may take after a load until an order settles at once and nothing is under way, in milliseconds. */
export const RECOVERS_WITHIN_MS = 30_000

/** Enough of each product that none sells out. */
export const CATALOGUE = { products: 400, stockEach: 1_000_000 }
