/** SIPp scenarios, put together from the messages of RFC 3261. Also of use to tests of the whole gateway. */

/** G.711 both laws and telephone-event, as SIPp's keywords. `way`: a direction line or nothing. */
const sdp = (way = '') => `v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0 101
a=rtpmap:101 telephone-event/8000${way === '' ? '' : `\na=${way}`}`

interface RequestOptions {
  readonly method: string
  readonly cseq: number
  /** In a dialog: the To tag of the other side is repeated. */
  readonly inDialog?: boolean
  readonly body?: string
}

/** A request of a calling scenario. */
function request({ method, cseq, inDialog = false, body }: RequestOptions): string {
  return `
${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Caller" <sip:01012345678@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>${inDialog ? '[peer_tag_param]' : ''}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:01012345678@[local_ip]:[local_port]>
Max-Forwards: 70
${body === undefined ? '' : 'Content-Type: application/sdp\n'}Content-Length: [len]

${body ?? ''}
`
}

const send = (text: string, retransmission = '') => `<send${retransmission}><![CDATA[${text}]]></send>`
const sendRequest = (options: RequestOptions) =>
  send(request(options), options.method === 'ACK' ? '' : ' retrans="500"')
const receive = (what: number | string, optional = false) =>
  `<recv ${typeof what === 'number' ? `response="${what}"` : `request="${what}"`}${optional ? ' optional="true"' : ''}${what === 200 ? ' rrs="true"' : ''}/>`

const scenario = (name: string, ...steps: readonly string[]) =>
  `<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`

const inviteAndWait = [
  sendRequest({ method: 'INVITE', cseq: 1, body: sdp() }),
  receive(100, true),
  receive(180, true),
]
const acknowledge = (cseq: number) => sendRequest({ method: 'ACK', cseq, inDialog: true })
const hangUp = (cseq: number) => [sendRequest({ method: 'BYE', cseq, inDialog: true }), receive(200)]

/**
 * A caller that stays on the line for the steps given (default: a tenth of a second) and hangs up.
 * @example callerTalking('<nop><action><exec play_pcap_audio="speech.pcap"/></action></nop>', '<pause milliseconds="3000"/>')
 */
export const callerTalking = (...steps: readonly string[]) =>
  scenario('caller hangs up', ...inviteAndWait, receive(200), acknowledge(1), ...steps, ...hangUp(2))

export const callerHangsUp = callerTalking('<pause milliseconds="100"/>')

export const callerHolds = callerTalking(
  sendRequest({ method: 'INVITE', cseq: 2, inDialog: true, body: sdp('sendonly') }),
  receive(100, true),
  receive(200),
  acknowledge(2),
).replace(/CSeq: 2 BYE/, 'CSeq: 3 BYE')

/**
 * CANCEL and the ACK of a refusal carry the INVITE's branch. SIPp makes branches from the number of the step.
 * @param stepsSince how many steps after the INVITE this one is.
 */
const onInviteBranch = (step: string, stepsSince: number) =>
  step.replace('[branch]', `[branch-${stepsSince}]`)

export const callerBusy = scenario(
  'caller finds busy',
  ...inviteAndWait,
  receive(486),
  onInviteBranch(acknowledge(1), 4),
)

export const callerCancels = scenario(
  'caller cancels',
  sendRequest({ method: 'INVITE', cseq: 1, body: sdp() }),
  receive(100, true),
  receive(180),
  onInviteBranch(sendRequest({ method: 'CANCEL', cseq: 1 }), 3),
  receive(200),
  receive(487),
  onInviteBranch(acknowledge(1), 6),
)

/** A response of a called scenario to the last request. */
function respond(status: string, body?: string): string {
  const text = `
SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${status.startsWith('100') ? '' : ';tag=[pid]SIPpTag01[call_number]'}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${body === undefined ? '' : 'Content-Type: application/sdp\n'}Content-Length: [len]

${body ?? ''}
`
  return send(text, /^[2-6]/.test(status) ? ' retrans="500"' : '')
}

/** To a BYE or CANCEL, whose To has its tag already or needs none. */
const respondInDialog = respond('200 OK')
  .replace(/;tag=\S+/, '')
  .replace(' retrans="500"', '')

const ringing = [receive('INVITE'), respond('100 Trying'), respond('180 Ringing')]

export const calleeAnswers = scenario(
  'callee answers',
  ...ringing,
  respond('200 OK', sdp()),
  receive('ACK'),
  receive('BYE'),
  respondInDialog,
)

export const calleeHangsUp = scenario(
  'callee hangs up',
  receive('INVITE').replace(
    '/>',
    '><action><ereg regexp="&lt;([^&gt;]*)&gt;" search_in="hdr" header="Contact:" assign_to="1,contact"/><ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/><ereg regexp=".*" search_in="hdr" header="To:" assign_to="callee"/></action></recv>',
  ),
  respond('180 Ringing'),
  respond('200 OK', sdp()),
  receive('ACK'),
  send(
    `
BYE [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$callee];tag=[pid]SIPpTag01[call_number]
To: [$caller]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

`,
    ' retrans="500"',
  ),
  receive(200),
  '<Reference variables="1"/>',
)

export const calleeBusy = scenario(
  'callee is busy',
  receive('INVITE'),
  respond('486 Busy Here'),
  receive('ACK'),
)

/** A carrier's server that asks to be left alone for 20 s. */
export const calleeUnavailable = scenario(
  'callee is unavailable',
  receive('INVITE'),
  respond('503 Service Unavailable').replace('Contact:', 'Retry-After: 20 (maintenance)\nContact:'),
  receive('ACK'),
)

export const calleeCancelled = scenario(
  'callee is cancelled',
  ...ringing,
  receive('CANCEL'),
  respondInDialog,
  // The CSeq of the INVITE, not of the CANCEL just received.
  respond('487 Request Terminated').replace('[last_CSeq:]', 'CSeq: 1 INVITE'),
  receive('ACK'),
)

const RACK = '<action><ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" assign_to="rseq"/></action>'

/** A caller who requires that our ringing arrives (RFC 3262). */
export const callerRequiresReliability = scenario(
  'caller requires 100rel',
  sendRequest({ method: 'INVITE', cseq: 1, body: sdp() }).replace(
    'Max-Forwards',
    'Require: 100rel\nMax-Forwards',
  ),
  receive(100, true),
  receive(180).replace('/>', ` rrs="true">${RACK}</recv>`),
  sendRequest({ method: 'PRACK', cseq: 2, inDialog: true }).replace(
    'Max-Forwards',
    'RAck: [$rseq] 1 INVITE\nMax-Forwards',
  ),
  receive(200),
  receive(200),
  acknowledge(1),
  ...hangUp(3),
)

/** A callee that rings reliably, with early media, and says nothing more of media in its 200. */
export const calleeRingsReliably = scenario(
  'callee rings reliably',
  receive('INVITE').replace(
    '/>',
    '><action><ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/><ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/></action></recv>',
  ),
  respond('183 Session Progress', sdp()).replace('Contact:', 'Require: 100rel\nRSeq: 4711\nContact:'),
  receive('PRACK').replace(
    '/>',
    '><action><ereg regexp="4711 1 INVITE" search_in="hdr" header="RAck:" check_it="true" assign_to="rack"/></action></recv>',
  ),
  respondInDialog,
  respond('200 OK')
    .replace('[last_CSeq:]', 'CSeq:[$cseq]')
    .replace('[last_Via:]', 'Via:[$via]')
    .replace(/;tag=\S+/, ''),
  receive('ACK'),
  receive('BYE'),
  respondInDialog,
  '<Reference variables="rack"/>',
)

/** A caller who has us call somebody else, hears how that goes, and hangs up. */
export const callerRefers = callerTalking(
  sendRequest({ method: 'REFER', cseq: 2, inDialog: true }).replace(
    'Max-Forwards',
    'Refer-To: <sip:1001@[remote_ip]>\nMax-Forwards',
  ),
  receive(202),
  receive('NOTIFY'),
  respondToNotify(),
  receive('NOTIFY'),
  respondToNotify(),
).replace(/CSeq: 2 BYE/, 'CSeq: 3 BYE')

function respondToNotify(): string {
  return respond('200 OK')
    .replace(/;tag=\S+/, '')
    .replace(' retrans="500"', '')
}

/** A caller with a session timer that we have to refresh (seconds). */
export const callerWithTimer = (seconds: number) =>
  scenario(
    'caller with a session timer',
    sendRequest({ method: 'INVITE', cseq: 1, body: sdp() }).replace(
      'Max-Forwards',
      `Supported: timer\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE\nSession-Expires: ${seconds};refresher=uas\nMax-Forwards`,
    ),
    receive(100, true),
    receive(180, true),
    receive(200),
    acknowledge(1),
    ...[1, 2].flatMap(() => [
      receive('UPDATE'),
      respondToNotify().replace('Contact:', `Session-Expires: ${seconds};refresher=uac\nContact:`),
    ]),
    ...hangUp(2),
  )

/** A phone that registers with a password and removes its registration. SIPp knows MD5 only. */
export function phoneRegisters(username: string, password: string): string {
  const register = (cseq: number, expires: number, isAnswer: boolean) =>
    send(
      `
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${username}@[remote_ip]>;tag=[pid]SIPpTag00[call_number]
To: <sip:${username}@[remote_ip]>
Call-ID: [call_id]
CSeq: ${cseq} REGISTER
Contact: <sip:${username}@[local_ip]:[local_port]>
Expires: ${expires}
Max-Forwards: 70
${isAnswer ? `[authentication username=${username} password=${password}]\n` : ''}Content-Length: 0

`,
      ' retrans="500"',
    )
  const challenged = '<recv response="401" auth="true"/>'
  return scenario(
    'phone registers',
    register(1, 120, false),
    challenged,
    register(2, 120, true),
    receive(200),
    register(3, 0, false),
    challenged,
    register(4, 0, true),
    receive(200),
  )
}

/** A carrier that takes no call without the right password; it hears the whole call. */
export function calleeChallenges(username: string, password: string): string {
  const challenge = respond('401 Unauthorized').replace(
    'Content-Length',
    'WWW-Authenticate: Digest realm="carrier", nonce="4711", algorithm=MD5, qop="auth"\nContent-Length',
  )
  const verified = receive('INVITE').replace(
    '/>',
    `><action><verifyauth assign_to="isRight" username="${username}" password="${password}"/></action></recv>`,
  )
  return scenario(
    'callee challenges',
    receive('INVITE'),
    challenge,
    receive('ACK'),
    verified,
    '<nop next="welcome" test="isRight"/>',
    respond('403 Forbidden'),
    receive('ACK'),
    '<nop next="over"/>',
    '<label id="welcome"/>',
    respond('200 OK', sdp()),
    receive('ACK'),
    receive('BYE'),
    respondInDialog,
    '<label id="over"/>',
  )
}
