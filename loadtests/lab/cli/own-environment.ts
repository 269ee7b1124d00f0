import { realpathSync } from 'node:fs'
import { commandEnvironment, SHELL_HAD } from '../infra/environment.ts'
import { projectRoot } from '../infra/paths.ts'

// The first import of every command. Some variables act before any line of ours runs (NODE_OPTIONS, NODE_USE_ENV_PROXY,
// LD_PRELOAD), others while modules load (NODE_PG_FORCE_NATIVE): so a command becomes itself once more, in the same process,
// with an environment of its own. Windows cannot do that; there is WSL there.
if (isCommand() && process.env[SHELL_HAD] === undefined) {
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve?.(process.execPath, args, commandEnvironment())
}

/** Tests load commands as modules, too. */
function isCommand(): boolean {
  try {
    return realpathSync(process.argv[1]!).startsWith(`${projectRoot}/loadtests/lab/`)
  } catch {
    return false
  }
}
