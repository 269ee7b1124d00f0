import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { ask, lastLine, onPath, run } from './commands.mjs'
import { RungError } from './failures.mjs'
import { say } from './progress.mjs'

const POLICY = '/usr/sbin/policy-rc.d'
const QUIETLY = { env: { DEBIAN_FRONTEND: 'noninteractive' } }

/**
 * Installs RabbitMQ as root on Debian or Ubuntu, and leaves its service stopped: the project starts a node of its own.
 * @returns false where that cannot be
 */
export async function aptInstallRabbitmq() {
  const apt = onPath('apt-get')
  if (!apt || process.getuid?.() !== 0) return false
  say('  RabbitMQ: installing the system package rabbitmq-server by apt-get, without starting its service.')
  const update = await run(
    'reading the package lists (apt-get update)',
    'apt-update',
    apt,
    ['update'],
    QUIETLY,
  )
  const allowServices = forbidServices()
  let install
  try {
    const args = ['install', '--yes', '--no-install-recommends', 'rabbitmq-server']
    install = await run('installing rabbitmq-server (apt-get install)', 'apt-install', apt, args, QUIETLY)
  } finally {
    allowServices()
  }
  if (!install.ok) {
    const failed =
      !update.ok && /Unable to locate|has no installation candidate/.test(install.text) ? update : install
    throw new RungError(
      `apt-get cannot install rabbitmq-server (${lastLine(failed.text)}). Log: ${failed.log}.`,
    )
  }
  const systemctl = onPath('systemctl')
  // Nor shall it start with the machine.
  if (systemctl) ask(systemctl, ['disable', '--now', 'rabbitmq-server'])
  return true
}

/**
 * Tells Debian's package scripts to start no service. A policy that is there already is the machine's own and stays.
 * @returns what takes that back
 */
function forbidServices() {
  if (existsSync(POLICY)) return () => {}
  const allow = () => rmSync(POLICY, { force: true })
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  process.once('exit', allow)
  return () => {
    allow()
    process.off('exit', allow)
  }
}
