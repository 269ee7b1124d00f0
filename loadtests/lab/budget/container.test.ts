import { containerIn } from './container.ts'

const ID = '7771fef5488a622c548febc0d90ebdf1f89aac0f9c33d22a29b4107ffe09f142'

describe('containerIn', () => {
  it.each([
    ['control groups 1', `2:cpu:/docker/${ID}\n1:memory:/docker/${ID}\n`],
    ['control groups 2', `0::/docker/${ID}\n`],
    ['systemd', `0::/system.slice/docker-${ID}.scope\n`],
  ])('finds the container by the names of %s', (_, groups) => {
    expect(containerIn(groups)).toBe(ID)
  })

  it.each(['', '0::/user.slice/user-1000.slice/session-2.scope\n', '0::/\n'])(
    'finds none in %j',
    (groups) => {
      expect(containerIn(groups)).toBeUndefined()
    },
  )
})
