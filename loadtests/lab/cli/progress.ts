import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2'

/**
 * Runs tasks with their progress shown: as a list that changes on a terminal, else as lines on standard error, so that
 * standard output stays for what the command is for.
 */
export async function runTasks<Context extends object>(
  context: Context,
  tasks: ListrTask<Context>[],
): Promise<Context> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) })
  // What went wrong is told once, by whoever runs the command, and not behind the title as well.
  logger.suffix = (message) => message
  const list = new Listr(tasks as ListrTask[], {
    ctx: context,
    registerSignalListeners: false,
    rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    fallbackRendererOptions: { logger },
  })
  await list.run()
  return context
}

/** Shows how far a task is. Only on a terminal, where it replaces what was shown before. */
export function showDetail(task: { output: string }, text: string): void {
  if (process.stdout.isTTY) task.output = text
}

/** The same where each step is worth a line: on standard error where there is no terminal. */
export function tellDetail(task: { output: string }, text: string): void {
  if (process.stdout.isTTY) task.output = text
  else console.error(`  ${text}`)
}
