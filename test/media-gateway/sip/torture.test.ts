/** Torture messages after RFC 4475: odd but valid ones are read, invalid ones are refused with their status. */
import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../media-gateway/sip/parse-message.ts'
import { tortuousInvite } from './torture-messages.ts'

const read = (lines: readonly string[], body = '') =>
  parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`))

/** A plain request whose lines are replaced by name; an empty value leaves the header out. */
function plain(startLine: string, replaced: Readonly<Record<string, string>> = {}): string[] {
  const method = startLine.split(' ')[0] ?? ''
  const headers: Record<string, string> = {
    Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKkdjuw',
    From: 'sip:caller@example.net;tag=134161461246',
    To: 'sip:user@example.com',
    'Call-ID': 'torture.0ha0isndaksdj@192.0.2.1',
    CSeq: `8 ${method}`,
    'Max-Forwards': '70',
    ...replaced,
  }
  return [
    startLine,
    ...Object.entries(headers).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])),
  ]
}

describe('valid messages', () => {
  it('3.1.1.1 a short tortuous INVITE', () => {
    const parsed = read(tortuousInvite('192.0.2.2', 4), 'v=0\r\nmore')
    expect(parsed).toMatchObject({
      ok: true,
      message: {
        method: 'INVITE',
        to: { tag: '1918181833n' },
        from: { tag: '98asjd8', displayName: 'J Rosenberg \\"' },
        cseq: { number: 9, method: 'INVITE' },
        via: { host: '192.0.2.2', branch: '390skdjuw' },
        contact: { uri: { user: 'jdrosen', host: 'example.com' } },
        body: 'v=0\r',
      },
    })
    expect(parsed.ok && parsed.message.vias).toHaveLength(3)
  })

  it.each([
    [
      '3.1.1.2 a wide range of valid characters',
      plain(
        "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
      ),
    ],
    ['3.1.1.3 escaped characters', plain('INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0')],
    ['3.1.1.4 an escaped null', plain('REGISTER sip:null-%00-null@example.com SIP/2.0')],
    ['3.1.1.5 percent signs that escape nothing', plain('RE%47IST%45R sip:registrar.example.com SIP/2.0')],
    [
      '3.1.1.7 long values',
      plain('INVITE sip:user@example.com SIP/2.0', {
        Subject: 'x'.repeat(3_000),
        From: `"${'Very '.repeat(300)}" <sip:a@b>;tag=${'1'.repeat(900)}`,
      }),
    ],
    [
      '3.1.1.9 semicolons in the user part',
      plain('OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0'),
    ],
    [
      '3.1.1.10 transports unknown to us',
      plain('OPTIONS sip:user@example.com SIP/2.0', {
        Via: 'SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bK390skdjuw, SIP/2.0/TLS t4.example.com;branch=z9hG4bK2',
      }),
    ],
    ['3.1.1.13 an empty reason', plain('SIP/2.0 100 ', { CSeq: '1 INVITE' })],
    [
      '3.1.1.12 a reason in another script',
      plain('SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое', { CSeq: '1 INVITE' }),
    ],
    ['a reason left out with its blank', plain('SIP/2.0 100', { CSeq: '1 INVITE' })],
    [
      'IPv6 in brackets (RFC 5118)',
      plain('OPTIONS sip:user@[2001:db8::9:1] SIP/2.0', {
        Via: 'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      }),
    ],
  ])('%s', (_name, lines) => {
    expect(read(lines)).toMatchObject({ ok: true })
  })

  it('IPv6 hosts without their brackets', () => {
    const lines = plain('OPTIONS sip:[2001:db8::10] SIP/2.0', {
      Via: 'SIP/2.0/UDP [2001:db8::9]:6050;branch=z9hG4bK1',
    })
    expect(read(lines)).toMatchObject({
      message: { via: { host: '2001:db8::9', port: 6050 }, uri: { host: '2001:db8::10', user: '' } },
    })
  })

  it('3.1.1.8 what follows the body in a datagram is dropped', () => {
    const lines = plain('REGISTER sip:example.com SIP/2.0', { 'Content-Length': '0' })
    expect(read(lines, 'INVITE sip:joe@example.com SIP/2.0\r\n')).toMatchObject({ message: { body: '' } })
  })
})

describe('invalid messages are refused', () => {
  it.each([
    [
      '3.1.2.1 extra separators',
      plain('INVITE sip:user@example.com SIP/2.0', { Contact: '"Joe" <sip:joe@example.org>;;;;' }),
      400,
    ],
    [
      '3.1.2.2 Content-Length larger than the body',
      plain('INVITE sip:user@example.com SIP/2.0', { 'Content-Length': '9999' }),
      400,
    ],
    [
      '3.1.2.3 negative Content-Length',
      plain('INVITE sip:user@example.com SIP/2.0', { 'Content-Length': '-999' }),
      400,
    ],
    [
      '3.1.2.4 overlarge CSeq',
      plain('REGISTER sip:example.com SIP/2.0', { CSeq: '36893488147419103232 REGISTER' }),
      400,
    ],
    [
      '3.1.2.6 an unterminated quoted string',
      plain('INVITE sip:user@example.com SIP/2.0', { To: '"Mr. J. User <sip:j.user@example.com>' }),
      400,
    ],
    ['3.1.2.7 angle brackets around the Request-URI', plain('INVITE <sip:user@example.com> SIP/2.0'), 400],
    ['3.1.2.8 blanks in the Request-URI', plain('INVITE sip:user@example.com; lr SIP/2.0'), 400],
    [
      '3.1.2.9 two blanks in the request line',
      plain('INVITE  sip:user@example.com SIP/2.0', { CSeq: '1 INVITE' }),
      400,
    ],
    ['3.1.2.10 a blank after the request line', plain('OPTIONS sip:user@example.com SIP/2.0 '), 400],
    ['3.1.2.16 an unknown version', plain('OPTIONS sip:t@example.org SIP/7.0'), 505],
    [
      '3.1.2.17 another method in CSeq',
      plain('OPTIONS sip:user@example.com SIP/2.0', { CSeq: '8 INVITE' }),
      400,
    ],
    [
      '3.3.8 two From',
      [...plain('INVITE sip:user@company.com SIP/2.0'), 'From: sip:other@example.com;tag=2'],
      400,
    ],
    [
      '3.3.9 two Content-Length',
      [...plain('OPTIONS sip:user@example.com SIP/2.0', { 'Content-Length': '13' }), 'Content-Length: 5'],
      400,
    ],
  ])('%s', (_name, lines, code) => {
    expect(read(lines, 'a body of some bytes')).toMatchObject({ ok: false, answer: { code } })
  })

  it.each([
    [
      '3.1.2.19 a response code beyond the range',
      plain('SIP/2.0 4294967301 better not break the receiver', { CSeq: '1 INVITE' }),
    ],
    [
      '3.3.1 missing headers',
      [
        'INVITE sip:user@example.com SIP/2.0',
        'CSeq: 193942 INVITE',
        'Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj',
      ],
    ],
    ['a response with a short body', plain('SIP/2.0 200 OK', { CSeq: '1 INVITE', 'Content-Length': '9999' })],
    ['a line feed alone within a header', plain('OPTIONS sip:a@b SIP/2.0', { To: '"x\ny" <sip:a@b>' })],
  ])('without an answer: %s', (_name, lines) => {
    expect(read(lines)).toMatchObject({ ok: false, answer: null })
  })
})
