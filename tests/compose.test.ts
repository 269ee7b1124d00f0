import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { createSecrets } from '../loadtests/lab/docker/variables.ts'
import { type BrokerRights, rightsOf } from '../loadtests/lab/infra/broker-rights.ts'

// What can be known of the containers without Docker.

interface Service {
  profiles: string[]
  build?: { target: string }
  image?: string
  environment?: Record<string, string>
  ports?: string[]
  configs?: { source: string; target: string }[]
  volumes?: string[]
  user?: string
  cap_add?: string[]
  depends_on?: Record<string, { condition?: string }>
  healthcheck?: { test: string[] }
  cpus?: number
  mem_limit?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  init?: boolean
  restart?: string
  entrypoint?: string[]
  command?: string | string[]
  stop_grace_period?: string
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const text = read('docker-compose.yml')
const dockerfile = read('Dockerfile')
const dockerignore = read('.dockerignore')
const { services, configs } = parse(text, { merge: true }) as {
  services: Record<string, Service>
  configs: Record<string, { content: string }>
}
const all = Object.entries(services)
const stack = (profile: string) => all.filter(([, { profiles }]) => profiles.includes(profile))
const isOver = ([, { restart }]: (typeof all)[number]) => restart === 'no'
const running = [...stack('monolith'), ...stack('services')].filter((it) => !isOver(it))
const apps = running.filter(([, { build }]) => build)

describe('docker-compose.yml', () => {
  it('gives both stacks the same CPU and memory in all, broker and databases included', () => {
    const lasting = (profile: string) => stack(profile).filter((it) => !isOver(it))
    const totals = ['monolith', 'services'].map((profile) => ({
      cpus: lasting(profile).reduce((sum, [, { cpus = Number.NaN }]) => sum + cpus, 0),
      mebibytes: lasting(profile).reduce((sum, [, { mem_limit = '' }]) => sum + mebibytes(mem_limit), 0),
    }))
    expect(totals[0]).toEqual({ cpus: 4, mebibytes: 2048 })
    expect(totals[1]).toEqual(totals[0])
  })

  it('has each stack whole', () => {
    expect(stack('monolith').map(([name]) => name)).toEqual([
      'monolith',
      'monolith-databases',
      'monolith-postgres',
    ])
    expect(stack('services').map(([name]) => name)).toEqual([
      'gateway',
      'orders',
      'inventory',
      'services-databases',
      'services-postgres',
      'rabbitmq',
    ])
  })

  it.each(all)(
    'publishes ports of %s on 127.0.0.1 alone, at numbers that can be chosen',
    (_, { ports = [] }) => {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/)
    },
  )

  it('publishes no port twice', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports.map((port) => /:-(\d+)/.exec(port)?.[1]))
    expect(new Set(published).size).toBe(published.length)
  })

  it.each(['orders', 'inventory'])('publishes no port of %s, of which there can be several', (name) => {
    expect(services[name]?.ports).toBeUndefined()
  })

  it.each(running)('asks %s whether it is healthy', (_, { healthcheck }) => {
    expect(healthcheck?.test[0]).toBe('CMD')
  })

  it.each(all)('starts %s when what it needs is healthy or done', (_, { depends_on = {} }) => {
    for (const { condition } of Object.values(depends_on)) {
      expect(condition).toMatch(/^service_(healthy|completed_successfully)$/)
    }
  })

  it('has no default secret that could be taken for a real one', () => {
    const defaults = [...text.matchAll(/\$\{(\w*(?:SECRET|PASSWORD)\w*)(?::-([^}]*))?\}/g)]
    expect(defaults.length).toBeGreaterThan(0)
    for (const [, , value] of defaults) expect(value).toMatch(/^workshop-only/)
    for (const [, { environment = {} }] of all) {
      for (const [name, value] of Object.entries(environment)) {
        if (/SECRET|PASS/.test(name)) expect(value).toMatch(/^\$\{/)
        if (/_URL$/.test(name) && value.includes('@')) expect(value).toMatch(/:\$\{\w+_PASSWORD:-/)
      }
    }
  })

  it('has a default secret that the apps accept', () => {
    const [, secret = ''] = /AUTH_SECRET:-([^}]*)/.exec(text) ?? []
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32)
  })

  it.each(apps)('leaves %s no more rights than it needs, and time to stop', (_, app) => {
    expect(app.read_only).toBe(true)
    expect(app.cap_drop).toEqual(['ALL'])
    expect(app.security_opt).toContain('no-new-privileges:true')
    expect(app.init).toBe(true)
    // A process gives itself 9 s.
    expect(Number.parseInt(app.stop_grace_period ?? '0', 10)).toBeGreaterThan(9)
  })

  it('gives the broker’s users the rights that the lab’s own broker gives them', () => {
    const { permissions, topic_permissions, users } = brokerUsers()
    const rights = ['orders', 'inventory'].map((user) => rightsOf(user as 'orders', 'shop'))
    expect(permissions.slice(1)).toEqual(rights.map(({ topics: _, ...rest }) => ({ vhost: '/', ...rest })))
    expect(topic_permissions).toEqual(rights.map(({ user, topics }) => ({ user, vhost: '/', ...topics })))
    expect(users.map(({ name, tags }) => [name, tags])).toEqual([
      ['shop', 'administrator'],
      ['orders', ''],
      ['inventory', ''],
    ])
  })

  it.each(['orders', 'inventory'])('has %s talk to the broker as its own user', (name) => {
    const password = `\${RABBITMQ_${name.toUpperCase()}_PASSWORD:-workshop-only-${name}}`
    expect(services[name]?.environment?.AMQP_URL).toBe(`amqp://${name}:${password}@rabbitmq:5672`)
    expect(text).toContain(`{ "name": "${name}", "password": "${password}"`)
  })

  it('mounts what is there, for those alone who can read what is its owner’s alone', () => {
    const mounting = all.map(([, it]) => ({
      ...it,
      own: (it.volumes ?? []).filter((to) => to.startsWith('./')),
    }))
    expect(mounting.flatMap(({ own }) => own).length).toBeGreaterThan(0)
    for (const { own, user, cap_add } of mounting.filter((it) => it.own.length > 0)) {
      for (const mount of own) {
        expect(existsSync(new URL(`../${mount.split(':')[0]}`, import.meta.url))).toBe(true)
        expect(mount).toMatch(/:ro$/)
      }
      expect({ user, cap_add }).toEqual({ user: 'root', cap_add: ['DAC_READ_SEARCH'] })
    }
  })

  it.each(running.filter(([name]) => name.endsWith('-postgres')))(
    'asks %s by TCP, which it does not listen on before it is made ready',
    (_, { healthcheck }) => {
      expect(healthcheck!.test).toEqual(expect.arrayContaining(['psql', '--host=127.0.0.1']))
    },
  )

  it.each([
    ['monolith', 'monolith'],
    ['orders', 'services'],
    ['inventory', 'services'],
  ])(
    'starts %s when its database and roles are there, with the passwords that they were given',
    (name, of) => {
      const { environment, depends_on } = services[name]!
      expect(depends_on).toMatchObject({
        [`${of}-databases`]: { condition: 'service_completed_successfully' },
      })
      const given = services[`${of}-databases`]!
      expect(given.depends_on).toEqual({ [`${of}-postgres`]: { condition: 'service_healthy' } })
      const password = `\${${name.toUpperCase()}_DB_PASSWORD:-workshop-only-${name}}`
      const ownerPassword = `\${${name.toUpperCase()}_DB_OWNER_PASSWORD:-workshop-only-${name}-owner}`
      const place = `@${of}-postgres:5432/${name}`
      expect(given.environment!.DATABASES).toContain(`${name}=${password}=${ownerPassword}`)
      expect(environment).toMatchObject({
        DATABASE_URL: `postgres://${name}:${password}${place}`,
        MIGRATION_DATABASE_URL: `postgres://${name}_owner:${ownerPassword}${place}`,
      })
    },
  )

  it.each(all.filter(isOver))('leaves %s, which is over soon, no more rights than it needs', (_, it) => {
    expect(it).toMatchObject({ read_only: true, cap_drop: ['ALL'], restart: 'no', user: 'postgres' })
    expect(it.security_opt).toContain('no-new-privileges:true')
  })

  it('has k6 reach the shops without the proxies of Docker’s client', () => {
    const { NO_PROXY, no_proxy } = services.k6!.environment!
    expect(NO_PROXY!.split(',')).toEqual(expect.arrayContaining(apps.map(([name]) => name)))
    expect(no_proxy).toBe(NO_PROXY)
  })

  it('names the images that the set-up names', () => {
    expect(read('scripts/setup/rabbitmq.mjs')).toContain(`'${services.rabbitmq?.image}'`)
    const [, version] = /K6_VERSION = '(.+)'/.exec(read('scripts/setup/k6.mjs')) ?? []
    expect(services.k6?.image).toBe(`grafana/k6:${version}`)
  })

  it('reads no variable of the stacks that a comparison does not set', () => {
    const stacks = text.slice(0, text.indexOf('\n  seed:')) + text.slice(text.indexOf('\nconfigs:'))
    const variables = new Set([...stacks.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name))
    expect([...variables].sort()).toEqual(Object.keys(createSecrets().variables).sort())
  })
})

describe('Dockerfile', () => {
  const stages = new Map(
    dockerfile.split(/^FROM /m).map((stage) => [/^\S+ AS (\S+)/.exec(stage)?.[1] ?? '', stage]),
  )

  it('shows npm the manifest of every workspace', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    for (const workspace of workspaces) {
      expect(stages.get('manifests')).toContain(`COPY --chmod=755 ${workspace}/package.json ${workspace}/\n`)
    }
  })

  it('lets everybody read what it copies out of a checkout that is its owner’s alone', () => {
    const copies = dockerfile.match(/^COPY .+$/gm)!
    for (const copy of copies) expect(copy).toMatch(/^COPY --(from=\S+|chmod=755) /)
  })

  it('has all that filling a shop takes', () => {
    const needed = importsOf('docker/seed.ts')
    expect(needed.length).toBeGreaterThan(3)
    for (const file of needed) {
      expect(stages.get('seed')).toMatch(new RegExp(`^COPY .*\\b${file}( |$)`, 'm'))
      expect(dockerignore).toContain(`\n!${file}\n`)
    }
  })

  it('has all that showing dead letters takes', () => {
    const paths = [...stages.get('dead')!.matchAll(/^COPY --chmod=755 (\S+) /gm)].map(([, path]) => path!)
    const isIn = (file: string, path: string) => file === path || file.startsWith(`${path}/`)
    const letIn = [...dockerignore.matchAll(/^!(.+)$/gm)].map(([, path]) => path!)
    for (const file of importsOf('loadtests/lab/dead.ts')) {
      expect(paths.filter((path) => isIn(file, path))).toHaveLength(1)
      expect(letIn.some((path) => isIn(file, path))).toBe(true)
    }
  })

  it('runs as the user node', () => {
    expect(stages.get('app')).toMatch(/^USER node$/m)
    expect(dockerfile).not.toMatch(/^USER (?!node$)/m)
  })

  it('puts no secret into an image: none is set, none is asked for, and only named sources are copied', () => {
    expect(dockerfile).not.toMatch(/^(ENV|ARG|LABEL)\b.*(SECRET|PASSWORD|TOKEN|_URL)/im)
    expect(dockerfile).not.toMatch(/^ARG\b/m)
    expect(dockerfile).not.toMatch(/^ADD\b/m)
    const copied = [...dockerfile.matchAll(/^COPY (?:--\S+ )?(.+)$/gm)].flatMap(([line, paths = '']) =>
      line.includes('--from=') ? [] : paths.split(' ').slice(0, -1),
    )
    expect(copied.length).toBeGreaterThan(10)
    for (const path of copied) expect(path).toMatch(/^(?!\.\.?\/?$)(?!.*(?:\.env|secret|\.pem|\.key))/i)
    expect(dockerignore.split('\n')).toEqual(expect.arrayContaining(['*', '**/.env*']))
  })

  it.each(apps)(
    'builds %s from its own sources and those of the packages that it uses',
    (name, { build }) => {
      const stage = stages.get(build?.target ?? '')
      const folder = name === 'monolith' ? name : `services/${name}`
      // Exec form, so that SIGTERM arrives.
      expect(stage).toContain(`CMD ["node", "${folder}/src/main.ts"]`)
      expect(existsSync(new URL(`../${folder}/src/main.ts`, import.meta.url))).toBe(true)
      const copied = [...(stage ?? '').matchAll(/^COPY --chmod=755 (\S+) \1$/gm)].map(([, path]) => path)
      expect(copied.sort()).toEqual([...foldersOf(folder)].sort())
    },
  )
})

/** What Compose hands over when no variable is set. */
const contentOf = (config: string) =>
  configs[config]!.content.replace(/(?<!\$)\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', () => '$')

/** A file, and those of its own imports that no package has, and so on. Types are not there when it runs. */
function importsOf(file: string, found = new Set<string>()): string[] {
  found.add(file)
  const code = read(file).replaceAll(/^import type [^']+'[^']+'/gm, '')
  for (const [, path] of code.matchAll(/(?: from|^import) '(\.[^']+)'/gm)) {
    const imported = join(dirname(file), path!)
    if (!found.has(imported)) importsOf(imported, found)
  }
  return [...found]
}

/** The broker's definitions. */
function brokerUsers() {
  return JSON.parse(contentOf('broker-users')) as {
    users: { name: string; tags: string }[]
    permissions: (Omit<BrokerRights, 'topics'> & { vhost: string })[]
    topic_permissions: object[]
  }
}

/** A workspace's folder and those of the workspaces that it needs. */
function foldersOf(folder: string, found = new Set<string>()): Set<string> {
  found.add(folder)
  const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as {
    dependencies?: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    const [, own] = /^@shop\/(.+)$/.exec(name) ?? []
    if (own) foldersOf(own === 'shared' ? own : `services/${own}`, found)
  }
  return found
}

const mebibytes = (limit: string) => Number(/^(\d+)m$/.exec(limit)?.[1] ?? Number.NaN)
