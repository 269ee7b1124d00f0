import { isHost } from './host.ts'

describe('a host', () => {
  it.each([
    'shop',
    'SHOP.example',
    'shop.example.',
    'shop:3000',
    'shop:',
    'shop:0',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:80',
    '[2001:db8::7]:65535',
    'a_b-c~d',
    'caf%C3%A9',
  ])('is %s', (value) => {
    expect([isHost(value), isHost(value)]).toEqual([true, true])
  })

  it.each([
    '',
    ' ',
    'a b',
    'a/../b',
    'a/b',
    'a, b',
    'a\tb',
    'ada@shop',
    'ada:secret@shop',
    'http://shop',
    'shop?x',
    'shop#x',
    'a\\b',
    ':80',
    'shop:80:80',
    'shop:-1',
    'shop:8x',
    'shop:65536',
    'shop:000080',
    '::1',
    '[::1',
    '::1]',
    '[]',
    '[shop]',
    '[127.0.0.1]',
    '[::1]x',
    '[::1]x:80',
    '[fe80::1%25eth0]',
    '[fe80::1%eth0]',
    'caf%',
    'caf%c',
    'caf%zz',
    'café',
    'a"b',
    '<a>',
    'a\u0000',
    'x'.repeat(256),
  ])('is not %s', (value) => {
    expect([isHost(value), isHost(value)]).toEqual([false, false])
  })
})
