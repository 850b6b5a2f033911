/** Every message of RFC 4475, written from its description. `PORT` is the port that answers have to come to. */
import { tortuousInvite } from './torture-messages.ts'

/** Header lines of a plain request; those given replace the lines of their name, '' leaves one out. */
export function message(
  startLine: string,
  replaced: Readonly<Record<string, string | readonly string[]>> = {},
  body = '',
): string {
  const method = startLine.split(' ')[0] ?? ''
  const headers: Record<string, string | readonly string[]> = {
    Via: 'SIP/2.0/UDP 192.0.2.1:PORT;branch=z9hG4bKkdjuw',
    From: 'sip:caller@example.net;tag=134161461246',
    To: 'sip:user@example.com',
    'Call-ID': 'torture.0ha0isndaksdj@192.0.2.1',
    CSeq: `8 ${method}`,
    Contact: '<sip:caller@host5.example.net>',
    'Max-Forwards': '70',
    'Content-Length': String(Buffer.byteLength(body)),
    ...replaced,
  }
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    (typeof values === 'string' ? [values] : values)
      .filter((v) => v !== '')
      .map((value) => `${name}: ${value}`),
  )
  return [startLine, ...lines, '', body].join('\r\n')
}

const SDP =
  'v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0\r\n'
const withSdp = { 'Content-Type': 'application/sdp' }
const INVITE = 'INVITE sip:user@example.com SIP/2.0'
export const OPTIONS = 'OPTIONS sip:user@example.com SIP/2.0'
const REGISTER = 'REGISTER sip:example.com SIP/2.0'

const WSINV = [...tortuousInvite('192.0.2.2:PORT', SDP.length), '', SDP].join('\r\n')

const BOUNDARY = '7a9cbec02ceef655'
const MULTIPART = [
  `--${BOUNDARY}`,
  'Content-Type: text/plain',
  'Content-Transfer-Encoding: binary',
  '',
  'Hello',
  `--${BOUNDARY}`,
  'Content-Type: application/octet-stream',
  '',
  '\u0001\u0002 0\u0082\u0001R',
  `--${BOUNDARY}--`,
  '',
].join('\r\n')

/** null: nothing may come back. */
export type Case = readonly [name: string, text: string, code: number | null]

export const VALID: readonly Case[] = [
  // Its To has a tag, so that it belongs to a dialog; we do not have that one.
  ['3.1.1.1 a short tortuous INVITE', WSINV, 481],
  [
    '3.1.1.2 a wide range of valid characters',
    message(
      "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
      {
        // Its quoted control characters are left out: such a message gets no answer from us, see below.
        To: '"BEL: NUL: DEL:" <sip:1_unusual.URI~(to-be!sure)@example.com>',
        From: "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
        'Call-ID': 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
      },
    ),
    501,
  ],
  [
    '3.1.1.3 escaped characters',
    message('INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0', {
      To: 'sip:%75se%72@example.com',
      From: '<sip:I%20have%20spaces@example.net>;tag=938',
      Contact: '<sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>',
    }),
    486,
  ],
  [
    '3.1.1.4 escaped nulls',
    message(REGISTER, {
      To: 'sip:null-%00-null@example.com',
      From: 'sip:null-%00-null@example.com;tag=839923423',
      Contact: ['<sip:%00@host5.example.com>', '<sip:%00%00@host5.example.com>'],
    }),
    401,
  ],
  [
    '3.1.1.5 percent signs that escape nothing',
    message('RE%47IST%45R sip:registrar.example.com SIP/2.0'),
    501,
  ],
  [
    '3.1.1.6 no blank between the name and its <',
    message(OPTIONS, { From: 'caller<sip:caller@example.com>;tag=323' }),
    200,
  ],
  [
    '3.1.1.7 long values',
    message(INVITE, {
      To: `"I have a user name of ${'extreme '.repeat(20)}proportion" <sip:user@example.com:6000;unknownparam1=very${'long'.repeat(40)}value>`,
      From: `sip:${'amazinglylongcallername'.repeat(10)}@example.net;tag=12${'982'.repeat(50)}424;unknownheaderparamname${'long'.repeat(30)}=value`,
      'Call-ID': `longreq.one${'really'.repeat(30)}longcallid`,
      Contact: `<sip:${'amazinglylongcallername'.repeat(8)}@host5.example.net>`,
      [`Unknown-${'Long'.repeat(30)}-Name`]: `unknown-${'long'.repeat(60)}-value`,
      Via: [
        'SIP/2.0/UDP 192.0.2.1:PORT;branch=z9hG4bKkdjuw',
        ...Array.from({ length: 33 }, (_, hop) => `SIP/2.0/TCP sip${hop}.example.com;branch=z9hG4bK${hop}`),
      ],
    }),
    486,
  ],
  [
    '3.1.1.8 a second request behind the first',
    `${message(REGISTER)}${message(INVITE, { CSeq: '9 INVITE' })}`,
    401,
  ],
  [
    '3.1.1.9 semicolons in the user part',
    message('OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0'),
    200,
  ],
  [
    '3.1.1.10 transports of all kinds',
    message(OPTIONS, {
      Via: [
        'SIP/2.0/UDP t1.example.com:PORT;branch=z9hG4bKkdjuw',
        'SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf',
        'SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj',
        'SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en',
        'SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee',
      ],
    }),
    200,
  ],
  [
    '3.1.1.11 a multipart body with bytes that are no text',
    message(
      'MESSAGE sip:kumiko@example.org SIP/2.0',
      { 'Content-Type': `multipart/mixed;boundary=${BOUNDARY}` },
      MULTIPART,
    ),
    405,
  ],
  [
    '3.1.1.12 a reason in another script',
    message('SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое', { CSeq: '35 INVITE' }),
    null,
  ],
  ['3.1.1.13 an empty reason', message('SIP/2.0 100 ', { CSeq: '35 INVITE' }), null],
]

export const INVALID: readonly Case[] = [
  [
    '3.1.2.1 separators without values',
    message(INVITE, { ...withSdp, Contact: '"Joe" <sip:joe@example.org>;;;;' }, SDP),
    400,
  ],
  [
    '3.1.2.2 a Content-Length beyond the body',
    message(INVITE, { ...withSdp, 'Content-Length': '9999' }, SDP),
    400,
  ],
  ['3.1.2.3 a negative Content-Length', message(INVITE, { ...withSdp, 'Content-Length': '-999' }, SDP), 400],
  [
    '3.1.2.4 numbers beyond their range',
    message(REGISTER, {
      CSeq: '36893488147419103232 REGISTER',
      'Max-Forwards': '300',
      Expires: '10000000000000000000000000000000000000000000000',
      Contact: '<sip:user@host129.example.com>;expires=280297596632815',
    }),
    400,
  ],
  [
    '3.1.2.5 a response with numbers beyond their range',
    message('SIP/2.0 503 Service Unavailable', {
      CSeq: '9292394834772304023312 OPTIONS',
      'Retry-After': '949302838503028349304023988',
      Warning: '1812 overture "In Progress"',
    }),
    null,
  ],
  [
    '3.1.2.6 an unterminated quoted string',
    message(INVITE, { ...withSdp, To: '"Mr. J. User <sip:j.user@example.com>' }, SDP),
    400,
  ],
  [
    '3.1.2.7 angle brackets around the Request-URI',
    message('INVITE <sip:user@example.com> SIP/2.0', withSdp, SDP),
    400,
  ],
  [
    '3.1.2.8 blanks in the Request-URI',
    message('INVITE sip:user@example.com; lr SIP/2.0', withSdp, SDP),
    400,
  ],
  [
    '3.1.2.9 more than one blank in the start line',
    message('INVITE  sip:user@example.com  SIP/2.0', { ...withSdp, CSeq: '8 INVITE' }, SDP),
    400,
  ],
  ['3.1.2.10 blanks behind the start line', message('OPTIONS sip:remote-target@example.com SIP/2.0  '), 400],
  [
    '3.1.2.11 header fields in the Request-URI',
    message('INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0', withSdp, SDP),
    400,
  ],
  // A Date that nobody reads does no harm: section 3.1.2.12 allows to ignore it.
  [
    '3.1.2.12 a Date of another time zone',
    message(INVITE, { ...withSdp, Date: 'Fri, 01 Jan 2010 16:00:00 EST' }, SDP),
    486,
  ],
  [
    '3.1.2.13 a URI with header fields that is not enclosed',
    message(REGISTER, { Contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E' }),
    400,
  ],
  [
    '3.1.2.14 blanks within an address',
    message('OPTIONS sip:user@example.org SIP/2.0', { To: '"Watson, Thomas" < sip:t.watson@example.org >' }),
    400,
  ],
  [
    '3.1.2.15 a name that is no token and not quoted',
    message(OPTIONS, { From: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43' }),
    400,
  ],
  [
    '3.1.2.16 an unknown version',
    message('OPTIONS sip:t.watson@example.org SIP/7.0', {
      Via: 'SIP/7.0/UDP c.example.com:PORT;branch=z9hG4bKkdjuw',
    }),
    505,
  ],
  ['3.1.2.17 another method in CSeq', message(OPTIONS, { CSeq: '8 INVITE' }), 400],
  [
    '3.1.2.18 another method in CSeq, both unknown',
    message('NEWMETHOD sip:user@example.com SIP/2.0', { CSeq: '8 INVITE' }, SDP),
    400,
  ],
  [
    '3.1.2.19 a response code beyond its range',
    message('SIP/2.0 4294967301 better not break the receiver', { CSeq: '8 INVITE' }),
    null,
  ],
]

export const APPLICATION: readonly Case[] = [
  [
    '3.3.1 missing headers',
    'INVITE sip:user@example.com SIP/2.0\r\nCSeq: 193942 INVITE\r\nVia: SIP/2.0/UDP 192.0.2.95:PORT;branch=z9hG4bKkdj.insuf\r\nContent-Length: 0\r\n\r\n',
    null,
  ],
  [
    '3.3.2 an unknown scheme in the Request-URI',
    message('OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0'),
    416,
  ],
  ['3.3.3 a known scheme that is none of SIP', message('OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0'), 416],
  [
    '3.3.4 unknown schemes in header fields',
    message(REGISTER, {
      To: 'isbn:2983792873',
      From: '<http://www.example.com>;tag=3234233',
      Contact: '<name:John_Smith>',
    }),
    400,
  ],
  [
    '3.3.5 unknown extensions in Require and Proxy-Require',
    message(OPTIONS, {
      Require: ['nothingSupportsThis', 'nothingSupportsThisEither'],
      'Proxy-Require': ['noProxiesSupportThis', 'norDoAnyProxiesSupportThis'],
    }),
    420,
  ],
  [
    '3.3.6 an unknown Content-Type',
    message(
      INVITE,
      { 'Content-Type': 'application/unknownformat' },
      '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n',
    ),
    415,
  ],
  [
    '3.3.7 an unknown authorization scheme',
    message(REGISTER, { Authorization: 'NoOneKnowsThisScheme opaque-data=here' }),
    401,
  ],
  [
    '3.3.8 several values where one may be',
    message(
      INVITE,
      {
        ...withSdp,
        CSeq: ['8 INVITE', '59 INVITE'],
        'Call-ID': ['multi01.98asdh@192.0.2.1', 'multi01.98asdh@192.0.2.2'],
        From: ['sip:caller@example.com;tag=3413415', 'sip:caller@example.net;tag=2923420123'],
        To: ['sip:user@example.com', 'sip:other@example.net'],
      },
      SDP,
    ),
    400,
  ],
  [
    '3.3.9 two Content-Length',
    message('OPTIONS sip:user@example.com SIP/2.0', { 'Content-Length': ['13', '5'] }, 'There is no w'),
    400,
  ],
  [
    '3.3.10 a 200 by way of a broadcast address',
    message('SIP/2.0 200 OK', {
      Via: [
        'SIP/2.0/UDP 192.0.2.198:PORT;branch=z9hG4bK1324923',
        'SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
      ],
      CSeq: '8 INVITE',
    }),
    null,
  ],
  // We are no proxy: who can answer it does (RFC 3261 section 16.3 concerns forwarding alone).
  ['3.3.11 Max-Forwards: 0', message(OPTIONS, { 'Max-Forwards': '0' }), 200],
  [
    '3.3.12 a parameter of the Contact',
    message(REGISTER, { Contact: 'sip:+19725552222@gw1.example.net;unknownparam' }),
    401,
  ],
  [
    '3.3.13 a parameter of its URI',
    message(REGISTER, { Contact: '<sip:+19725552222@gw1.example.net;unknownparam>' }),
    401,
  ],
  [
    '3.3.14 header fields escaped in its URI',
    message(REGISTER, { Contact: '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>' }),
    401,
  ],
  [
    '3.3.15 an Accept that no answer of ours can meet',
    message(INVITE, { ...withSdp, Accept: 'text/nobodyKnowsThis' }, SDP),
    406,
  ],
  [
    '3.4.1 an INVITE of RFC 2543',
    [
      'INVITE sip:UserB@example.com SIP/2.0',
      'Via: SIP/2.0/UDP iftgw.example.com:PORT',
      'From: <sip:+13035551111@ift.client.example.net;user=phone>',
      'Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>',
      'To: sip:+16505552222@ss1.example.net;user=phone',
      'Call-ID: inv2543.1717@ift.client.example.com',
      'CSeq: 56 INVITE',
      'Content-Type: application/sdp',
      '',
      SDP,
    ].join('\r\n'),
    486,
  ],
]
