/** SIP messages of a call, and gateways with their trunks. */
import type { Gateways, Signalling } from '../../../web/api/types.ts'

type Message = Signalling['legs'][number]['messages'][number]

const START_MS = Date.parse('2026-11-21T01:12:03.000Z')
const PEER = '203.0.113.10:5060'

const message = (
  afterMs: number,
  direction: Message['direction'],
  summary: string,
  method: string,
  status: number | null = null,
): Message => ({
  at: new Date(START_MS + afterMs).toISOString(),
  direction,
  peer: PEER,
  summary,
  method,
  status,
  text: [
    status === null ? `${method} sip:15880000@198.51.100.2 SIP/2.0` : `SIP/2.0 ${summary}`,
    'Via: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bK-4af1c2',
    'From: <sip:01012345678@203.0.113.10>;tag=9fe2',
    'To: <sip:15880000@198.51.100.2>;tag=in-5b0c77a1',
    'Call-ID: 8d1f0c2e-carrier@203.0.113.10',
    `CSeq: ${method === 'BYE' ? 2 : 1} ${method}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n'),
})

export const SIGNALLING: Signalling = {
  legs: [
    {
      leg_id: 'leg-00000000a002',
      messages: [
        message(0, 'in', 'INVITE', 'INVITE'),
        message(2, 'out', '100 Trying', 'INVITE', 100),
        message(9, 'out', '180 Ringing', 'INVITE', 180),
        message(412, 'out', '200 OK', 'INVITE', 200),
        message(431, 'in', 'ACK', 'ACK'),
        message(30_440, 'in', 'INVITE', 'INVITE'),
        message(30_442, 'out', '488 Not Acceptable Here', 'INVITE', 488),
        message(30_460, 'in', 'ACK', 'ACK'),
        message(95_120, 'out', 'BYE', 'BYE'),
        message(95_141, 'in', '200 OK', 'BYE', 200),
      ],
      dropped: 0,
    },
  ],
}

export const GATEWAYS: Gateways = {
  gateways: [
    {
      name: 'gateway-1',
      readiness: 'ready',
      legs: 3,
      trunks: [
        {
          name: 'kt',
          channels: 30,
          channels_in_use: 3,
          calls_per_second: 5,
          registration: 'registered',
          registrar: 'sip1.carrier.example:5061',
          servers: [
            { address: 'sip1.carrier.example:5061', transport: 'tls', is_up: true, held_seconds: 0 },
            { address: 'sip2.carrier.example:5061', transport: 'tls', is_up: false, held_seconds: 0 },
          ],
        },
        {
          name: 'lgu',
          channels: 10_000,
          channels_in_use: 0,
          calls_per_second: 10_000,
          registration: null,
          registrar: null,
          servers: [{ address: '203.0.113.40:5060', transport: 'udp', is_up: null, held_seconds: 42 }],
        },
      ],
    },
  ],
}
