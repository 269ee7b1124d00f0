import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const KEEPER = fileURLToPath(new URL('./keeper.sh', import.meta.url))

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/keeper-`)
  await writeFile(`${dir}/docker`, '#!/bin/sh\necho "$@" >> "$0.calls"\n')
  await chmod(`${dir}/docker`, 0o755)
})

afterEach(async () => {
  await rm(dir, { recursive: true })
})

const calls = () => readFile(`${dir}/docker.calls`, 'utf8').catch(() => '')

function startKeeper() {
  return spawn('/bin/sh', [KEEPER, '--project-name', 'x'], {
    env: { ...process.env, PATH: `${dir}:${process.env.PATH}` },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

describe('the keeper of a compose project', () => {
  it('takes the project down when the other end of its input is gone', async () => {
    const keeper = startKeeper()
    keeper.stdin.end('\n')
    await once(keeper, 'exit')
    expect(await calls()).toBe('compose --project-name x down --volumes --remove-orphans --rmi local\n')
  })

  it('first ends what still brings the project up', async () => {
    const up = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    const ended = once(up, 'exit')
    const keeper = startKeeper()
    keeper.stdin.end(`${up.pid}\n`)
    const [[, signal]] = await Promise.all([ended, once(keeper, 'exit')])
    expect(signal).toBe('SIGTERM')
    expect(await calls()).toContain('down')
  })

  it('leaves a process group alone that was called ended', async () => {
    const bystander = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    const ended = once(bystander, 'exit')
    const keeper = startKeeper()
    keeper.stdin.end(`${bystander.pid}\n\n`)
    await once(keeper, 'exit')
    expect(bystander.signalCode).toBeNull()
    bystander.kill('SIGKILL')
    expect((await ended)[1]).toBe('SIGKILL')
  })
})
