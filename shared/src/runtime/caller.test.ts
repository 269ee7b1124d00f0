import { callerOf, networkOf } from './caller.ts'

const of = (sub: string | undefined, ip: string) =>
  callerOf({ caller: (sub && { sub, role: 'customer' }) as never, ip })

describe('whose share a request comes out of', () => {
  it('is the subject’s, or the address’s, and the two never meet', () => {
    expect(of('127.0.0.1', '10.0.0.1')).not.toBe(of(undefined, '127.0.0.1'))
    expect(of('ip:127.0.0.1', '10.0.0.1')).not.toBe(of(undefined, '127.0.0.1'))
    expect(of('ada', '10.0.0.1')).toBe(of('ada', '10.0.0.2'))
    expect(of('ada', '10.0.0.1')).not.toBe(of('Ada', '10.0.0.1'))
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::6', '2001:db8:1:3::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8:1::', '2001:db8:1:0::/64'],
    ['2001::2:3:4:5:6:7', '2001:0:2:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::1%eth1', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('%s is in %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network)
  })
})
