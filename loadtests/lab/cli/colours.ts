import picocolors from 'picocolors'

// Left to itself, picocolors colours for CI as well, and whenever FORCE_COLOR is inherited from some other program.
const wanted = (stream: NodeJS.WriteStream) =>
  Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

/** Colours for standard output: only on a terminal. */
export const colours = picocolors.createColors(wanted(process.stdout))
/** The same for standard error. */
export const errorColours = picocolors.createColors(wanted(process.stderr))
