import { loadConfig } from '@shop/shared/runtime/config.ts'
import { runProcess } from '@shop/shared/runtime/process.ts'
import { createApp } from './app.ts'
import { Config } from './config.ts'

await runProcess(async () => {
  const config = loadConfig(Config, process.env)
  return { app: await createApp(config), host: config.HOST, port: config.PORT }
})
