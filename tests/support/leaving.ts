// A process of the shop that comes to an end in the way that WAY says. Started by tests/process-exit.test.ts.

import { baseConfig, port } from '@shop/shared/runtime/config.ts'
import { runProcess } from '@shop/shared/runtime/process.ts'
import { createServer } from '@shop/shared/runtime/server.ts'
import Type from 'typebox'

const Config = Type.Object({ ...baseConfig, PORT: port(0), WAY: Type.String() })

await runProcess('leaving', Config, async (config) => {
  const { WAY } = config
  if (WAY === 'cannot start') throw new Error('the parts do not fit')
  if (WAY === 'no database host') throw Object.assign(new Error('getaddrinfo'), { syscall: 'getaddrinfo' })
  const app = createServer('leaving', config)
  app.get('/reject', async () => {
    Promise.reject(new Error('nobody caught this'))
  })
  app.get('/throw', async () => {
    setImmediate(() => {
      throw new Error('nobody caught that')
    })
  })
  app.addHook('onClose', async () => {
    if (WAY === 'stop fails') throw new Error('the last step failed')
    if (WAY === 'stop hangs') await new Promise(() => undefined)
  })
  return app
})
