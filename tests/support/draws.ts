import { randomNumbers } from '../../loadtests/lab/random.ts'

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { cos, exp, log, PI, sqrt } = Math

/** Standard normal draws (Box and Muller) that follow from the seed. */
export function normalDraws(seed: number): () => number {
  const random = randomNumbers(seed)
  return () => sqrt(-2 * log(1 - random())) * cos(2 * PI * random())
}

/** Draws with mean 0 and standard deviation 1 whose upper tail is the longer one: lognormal, of skewness 1.75. */
export function skewedDraws(seed: number): () => number {
  const normal = normalDraws(seed)
  const [mean, deviation] = [exp(0.125), sqrt(exp(0.5) - exp(0.25))]
  return () => (exp(0.5 * normal()) - mean) / deviation
}

/** How often something happens, in percent of so many tries. */
export function percentOf(tries: number, happens: () => boolean): number {
  let count = 0
  for (let i = 0; i < tries; i++) if (happens()) count++
  return (100 * count) / tries
}
