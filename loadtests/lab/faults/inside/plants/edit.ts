/** A piece of source text, and what stands there instead. */
export type Edit = {
  /** Path below the checkout's root. */
  file: string
  /** Must be in the file exactly once. */
  find: string
  replace: string
}

/** @throws Error when the text is not there exactly once */
export function replaceOnce(source: string, { file, find, replace }: Edit): string {
  const pieces = source.split(find)
  if (pieces.length === 2) return pieces.join(replace)
  throw new Error(
    `A planted bug does not fit ${file} any more: its text is there ${pieces.length - 1} times, and must be once: ${find}`,
  )
}
