import { runProcess } from '@shop/shared/runtime/process.ts'
import { createApp } from './app.ts'
import { Config } from './config.ts'

await runProcess('monolith', Config, createApp)
