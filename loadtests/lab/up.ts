import './cli/own-environment.ts'

import { signToken } from '@shop/shared/runtime/auth.ts'
import { colours as pc } from './cli/colours.ts'
import { runCommand } from './cli/command.ts'
import { listenForInterruption } from './cli/interruption.ts'
import { authSecret } from './cli/secret.ts'
import { announcement } from './up/announce.ts'
import { createFollower } from './up/follow.ts'
import { readOptions } from './up/options.ts'
import { noteRunning } from './up/running.ts'
import { requirePorts, type Started, start } from './up/start.ts'

// Standard output is for the logs where they are meant for a program.
const say = (text: string) => (process.stdout.isTTY ? console.log(text) : console.error(text))

if (import.meta.main) await runCommand(main)

async function main() {
  const options = readOptions(process.argv)
  const secret = await authSecret()
  await requirePorts(options)
  const interruption = listenForInterruption()
  const follower = createFollower()
  const started: Started = { stacks: [] }
  let complaints: string[] = []
  try {
    await start(options, secret, follower, interruption, started)
    if (!interruption.hasHappened()) await run(started, secret, follower.begin, interruption.happens)
  } finally {
    if (interruption.hasHappened()) say('\nStopping …')
    complaints = await stopAll(started)
  }
  for (const complaint of complaints) say(pc.red(complaint))
  say('All is stopped.')
  return complaints.length > 0 ? 1 : 0
}

async function stopAll({ infra, stacks }: Started): Promise<string[]> {
  // When one stack fails to start, the other may still be starting.
  const settled = await Promise.allSettled(stacks)
  const complaints = await Promise.all(
    settled.map((it) => (it.status === 'fulfilled' ? it.value.stop() : [])),
  )
  await infra?.stop()
  return complaints.flat()
}

async function run(started: Started, secret: string, follow: () => void, end: Promise<void>) {
  const stacks = await Promise.all(started.stacks)
  const forgets = await Promise.all(stacks.map(noteRunning))
  const [customer, admin] = await Promise.all([
    signToken(secret, { sub: 'ada', role: 'customer' }, '12h'),
    signToken(secret, { sub: 'root', role: 'admin' }, '12h'),
  ])
  // Side by side they became ready in any order.
  const inOrder = stacks.toSorted((a, b) => a.name.localeCompare(b.name))
  say(announcement(inOrder, { customer, admin }, started.sku ?? 'MUG-0001'))
  say(pc.dim('The logs follow. Ctrl-C stops all.\n'))
  follow()
  await end
  await Promise.all(forgets.map((forget) => forget()))
}
