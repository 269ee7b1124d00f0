// Asked for once: in a test's own context, every look at a global takes many times as long.
const { abs, atan, cos, max, PI, sin, sqrt } = Math
const { isInteger } = Number

/**
 * The share of Student's t distribution below `t`: exact for whole degrees of freedom, by the finite sums 26.7.3 (odd) and
 * 26.7.4 (even) of Abramowitz and Stegun, Handbook of Mathematical Functions, 1964. Right to about 1e-14, in the tails too:
 * a share far below that is noise.
 * @param degrees of freedom, a whole number, 1 or more
 */
export function studentBelow(t: number, degrees: number): number {
  if (!isInteger(degrees) || degrees < 1) throw new RangeError(`No degrees of freedom: ${degrees}`)
  const angle = atan(t / sqrt(degrees))
  const [cosine, sine] = [cos(angle), sin(angle)]
  const isOdd = degrees % 2 === 1
  let sum = 0
  let term = isOdd ? cosine : 1
  for (let k = isOdd ? 3 : 2; k <= degrees; k += 2) {
    sum += term
    term *= ((k - 1) / k) * cosine * cosine
  }
  // What lies between -t and t, with the sign of t.
  const within = isOdd ? (2 / PI) * (angle + sine * sum) : sine * sum
  return max(0, (1 + within) / 2)
}

/**
 * The value below which a share of Student's t distribution lies, by halving, to the last digits.
 * @param share above 0 and below 1
 * @param degrees of freedom, a whole number, 1 or more
 */
export function studentQuantile(share: number, degrees: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`Not between 0 and 1: ${share}`)
  // The lower half mirrors the upper one.
  if (share < 0.5) return -studentQuantile(1 - share, degrees)
  let [low, high] = [0, 1]
  while (studentBelow(high, degrees) < share) [low, high] = [high, 2 * high]
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (studentBelow(middle, degrees) < share) low = middle
    else high = middle
  }
}

/** Standard errors below this are the rounding of arithmetic: the logarithms of what is counted can be the same each time. */
const ROUNDING = 1e-9

/**
 * The two-sided p-value of "the true mean is 0". Where no value differs from another, 1 if it is 0, and 0 if it is not.
 * @param error its standard error
 * @param degrees of freedom of that
 */
export function pOfZero(mean: number, error: number, degrees: number): number {
  const distance = abs(mean)
  if (error < ROUNDING) return distance < ROUNDING ? 1 : 0
  return 2 * studentBelow(-distance / error, degrees)
}
