import './cli/own-environment.ts'

import { runCommand } from './cli/command.ts'
import { withBroker } from './dead/broker.ts'
import { deadQueues, readLetters } from './dead/letters.ts'
import { readOptions } from './dead/options.ts'
import { redrive } from './dead/redrive.ts'
import { renderLetter, renderLetters, renderRedriven } from './dead/render.ts'
import { UserError } from './infra/user-error.ts'

if (import.meta.main) await runCommand(main)

async function main() {
  const { amqp, action } = await readOptions(process.argv)
  const queues = deadQueues(amqp.namespace)
  return withBroker(amqp.url, async (connection) => {
    if (action.name === 'redrive') {
      const redriven = await redrive(connection, queues, action.ids)
      console.log(renderRedriven(redriven))
      return redriven.every(({ fate }) => fate === 'sent') ? 0 : 1
    }
    const letters = await readLetters(connection, queues)
    if (action.name === 'list') {
      console.log(renderLetters(letters))
      return 0
    }
    const shown = letters.filter(({ id }) => id === action.id)
    if (shown.length === 0)
      throw new UserError(`There is no dead letter ${action.id}. See them with: npm run dead -- --list`)
    console.log(shown.map(renderLetter).join('\n\n'))
    return 0
  })
}
