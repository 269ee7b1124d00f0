import { spawn, execFileSync } from 'node:child_process'
import { startInfra } from './infra/infra.ts'
import { createDatabases } from './infra/databases.ts'
import { signToken } from '@shop/shared/runtime/auth.ts'
import { seedCatalogue } from './seed.ts'
const infra = await startInfra()
const admin = infra.postgresUrl
const secret='x'.repeat(40)
await createDatabases(admin,[{name:'prof',role:'prof',password:'prof'}] as any)
const u=new URL(admin); u.pathname='/prof'; u.username='prof'; u.password='prof'
const app=spawn(process.execPath,['--cpu-prof','--cpu-prof-dir=/tmp/prof','monolith/src/main.ts'],{env:{...process.env,PORT:'3999',AUTH_SECRET:secret,DATABASE_URL:u.href},stdio:['ignore','inherit','inherit']})
for(;;){ try{ if((await fetch('http://127.0.0.1:3999/health/ready')).ok)break }catch{} await new Promise(r=>setTimeout(r,50))}
await seedCatalogue('http://127.0.0.1:3999', await signToken(secret,{sub:'root',role:'admin'},'1h'), {products:50,stockEach:100000,seed:1} as any)
const cpu0=execFileSync('cat',[`/proc/${app.pid}/stat`]).toString().split(' ')
execFileSync('/tmp/k6probe/k6',['run','--quiet','loadtests/k6/3-checkout.ts'],{env:{...process.env,BASE_URL:'http://127.0.0.1:3999',AUTH_SECRET:secret,RATE:'250',DURATION:'12s'},stdio:'inherit'})
const cpu1=execFileSync('cat',[`/proc/${app.pid}/stat`]).toString().split(' ')
console.log('cpu s', (Number(cpu1[13])+Number(cpu1[14])-Number(cpu0[13])-Number(cpu0[14]))/100)
app.kill('SIGTERM'); await new Promise(r=>app.on('exit',r))
await infra.stop()
