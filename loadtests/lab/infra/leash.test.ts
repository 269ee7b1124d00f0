import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnLeashed, stopLeashed } from './leash.ts'

const LEASH = fileURLToPath(new URL('./leash.ts', import.meta.url))
// The watcher asks first, and insists after five seconds.
const GONE_WITHIN_MS = 30_000

describe('what a command has started ends with it', () => {
  test.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT'])('when it dies of %s', async (signal) => {
    const { command, pids, directory } = await startCommand('sleep 1000 & echo $$ $!; wait')
    command.kill(signal)
    await untilGone(pids, directory)
  })

  test('when it dies of an exception', async () => {
    const { command, pids, directory } = await startCommand('sleep 1000 & echo $$ $!; wait')
    command.stdin.write('throw\n')
    await untilGone(pids, directory)
  })

  // Many at once, so that some are interrupted between starting the child and whatever comes next.
  test('when the first thing a child does is to kill it', async () => {
    // Its id first: the watcher may be quicker than what comes after the kill.
    const script = 'echo $$; kill -KILL $PPID; exec sleep 1000'
    const commands = await Promise.all(Array.from({ length: 24 }, () => startCommand(script)))
    await Promise.all(commands.map(({ pids, directory }) => untilGone(pids, directory)))
  })

  test('when a child does not listen to SIGTERM', async () => {
    const { command, pids, directory } = await startCommand('trap "" TERM; sleep 1000 & echo $$ $!; wait')
    command.kill('SIGKILL')
    await untilGone(pids, directory)
  })
})

test('a container ends with it, too, by the first docker that runs, wherever it is', async () => {
  const dir = mkdtempSync(`${tmpdir()}/leash test-`)
  const script = (folder: string, text: string) => {
    mkdirSync(`${dir}/${folder}`)
    writeFileSync(`${dir}/${folder}/docker`, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  script('shims', 'exit 126')
  script('bin', `echo "$DOCKER_HOST $@" >> "${dir}/calls"`)
  const code = `import { leashContainer } from ${JSON.stringify(LEASH)}; leashContainer('one')(); leashContainer('two')`
  const env = { PATH: `${dir}/shims:${dir}/bin:${process.env.PATH}`, DOCKER_HOST: 'tcp://elsewhere' }
  await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', code], { env })
  while (!existsSync(`${dir}/calls`) || readFileSync(`${dir}/calls`, 'utf8') === '') await delay(20)
  expect(readFileSync(`${dir}/calls`, 'utf8')).toBe('tcp://elsewhere rm --force --volumes two\n')
  rmSync(dir, { recursive: true })
})

test('stopping a child that does not listen ends its whole group', async () => {
  const child = spawnLeashed('/bin/sh', ['-c', 'trap "" TERM; sleep 1000 & echo $$ $!; wait'], {
    stdio: 'pipe',
  })
  const pids = await readPids(child.stdout!)
  await stopLeashed(child, 100)
  await untilGone(pids)
})

/** A process that leashes a shell script, which prints the ids of its processes, and a directory. */
async function startCommand(script: string) {
  const directory = mkdtempSync(`${tmpdir()}/leash test-`)
  const code = `
    import { leashDirectory, spawnLeashed } from ${JSON.stringify(LEASH)}
    leashDirectory(${JSON.stringify(directory)})
    spawnLeashed('/bin/sh', ['-c', ${JSON.stringify(script)}], { stdio: ['ignore', 'inherit', 'inherit'] })
    process.stdin.once('data', () => { throw new Error('on demand') })`
  const command = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    stdio: 'pipe',
  })
  return { command, directory, pids: await readPids(command.stdout) }
}

async function readPids(stdout: NodeJS.ReadableStream): Promise<number[]> {
  const [line] = await Promise.race([
    once(stdout, 'data'),
    once(stdout, 'end').then(() => assert.fail('It ended without telling its process ids')),
  ])
  return String(line).trim().split(' ').map(Number)
}

async function untilGone(pids: number[], directory?: string) {
  const deadline = Date.now() + GONE_WITHIN_MS
  while ((await running(pids)).length > 0 || (directory && existsSync(directory))) {
    if (Date.now() > deadline)
      throw new Error(`Left: processes ${await running(pids)}, directory ${directory}`)
    await delay(50)
  }
  expect(await running(pids)).toEqual([])
}

/** Those that run; one that has ended and was not yet noticed by its parent does not. */
async function running(pids: number[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=', '-o', 'stat='])
  const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/))
  return rows
    .filter(([, state]) => state && !state.startsWith('Z'))
    .map(([pid]) => Number(pid))
    .filter((pid) => pids.includes(pid))
}
