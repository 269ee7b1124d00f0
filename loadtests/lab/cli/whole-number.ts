import { InvalidArgumentError } from 'commander'

/** A parser of whole numbers within bounds, both included. @throws InvalidArgumentError, from the parser */
export function wholeNumber(least: number, most: number) {
  return (text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
