import { fileURLToPath } from 'node:url'

/** The checkout's root, without a slash at its end. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')

/** Everything that the project makes and may throw away. */
export const cacheDir = `${projectRoot}/.cache`

/** Logs that outlive the command that wrote them. */
export const logsDir = `${cacheDir}/logs`

/** Where Node keeps compiled modules for the next start: that is a third of the time until a process is ready. */
export const compiledDir = `${cacheDir}/node`
