/** Messages of ours to text. */
import { createHash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { SipSyntaxError } from './errors.ts'
import { type Answerable, echoOf, type SipRequest, type SipResponse } from './message.ts'
import { reasonPhrase } from './status.ts'
import { defaultPort, protocolOf } from './transport/transport.ts'
import type { SipAddress, SipHop } from './types.ts'

/** A body and its media type. */
export interface Body {
  readonly type: string
  readonly text: string
}

export const sdpBody = (text: string): Body => ({ type: 'application/sdp', text })

/** Header name and value. */
export type Field = readonly [name: string, value: string]

/** A request of ours before it is text, without the Via of its way; ACK and CANCEL are made from the INVITE's parts. */
export interface OutgoingRequest {
  readonly method: string
  readonly uri: string
  readonly branch: string
  readonly routes: readonly string[]
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly cseq: number
  /** Contact and everything else that is not named above. */
  readonly fields: readonly Field[]
  readonly body: Body | null
  readonly userAgent: string
}

/** Its answers to challenges. */
export const authorizationOf = ({ fields }: OutgoingRequest): Field[] =>
  fields.filter(([name]) => name === 'Authorization' || name === 'Proxy-Authorization')

const MAX_FORWARDS = '70'

/** `{prefix}-{8 hexadecimal digits}`. */
export const makeToken = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`

/** host:port as in a URI; IPv6 in brackets. */
export const hostPort = (address: SipAddress): string => `${uriHost(address.host)}:${address.port}`
const uriHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host)

/** sip:user@host[:port]; the user is escaped (RFC 3261 section 19.1.2). */
export function sipUri(user: string, host: string, port?: number): string {
  const escaped = encodeURIComponent(user).replaceAll(/%(2B|26|3D|24|2C|3B|3F|2F)/g, (code) =>
    decodeURIComponent(code),
  )
  return `sip:${escaped === '' ? '' : `${escaped}@`}${uriHost(host)}${port === undefined ? '' : `:${port}`}`
}

/** Text of a quoted display name with its trailing space, '' for none. */
export function displayNamePrefix(name: string | undefined): string {
  if (name === undefined || name === '') return ''
  return `"${checkValue(name).replaceAll(/["\\]/g, '\\$&')}" `
}

/** @throws SipSyntaxError where the value would break out of its header line. */
function checkValue(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    throw new SipSyntaxError('control character in a header value')
  return value
}

/** @throws SipSyntaxError where the name is no token. */
export function checkField([name, value]: Field): Field {
  if (!/^[\w!%*+.'`~-]+$/.test(name)) throw new SipSyntaxError('bad header name')
  return [name, checkValue(value)]
}

export function writeRequest(request: OutgoingRequest, via: string): string {
  return write(
    `${request.method} ${request.uri} SIP/2.0`,
    [
      ['Via', via],
      ...request.routes.map((route): Field => ['Route', route]),
      ['From', request.from],
      ['To', request.to],
      ['Call-ID', request.callId],
      ['CSeq', `${request.cseq} ${request.method}`],
      ['Max-Forwards', MAX_FORWARDS],
      ...request.fields,
      ['User-Agent', request.userAgent],
      ...contentType(request.body),
    ],
    request.body,
  )
}

/** ACK of a non-2xx final response: same branch as the INVITE (RFC 3261 section 17.1.1.3). */
export function writeTransactionAck(invite: OutgoingRequest, via: string, response: SipResponse): string {
  const to = response.headers.get('to') ?? invite.to
  return writeRequest({ ...invite, method: 'ACK', to, fields: [], body: null }, via)
}

/** CANCEL of a pending INVITE: everything as there, no Require (RFC 3261 section 9.1). */
export const makeCancel = (invite: OutgoingRequest): OutgoingRequest => ({
  ...invite,
  method: 'CANCEL',
  fields: [],
  body: null,
})

export interface ResponseOptions {
  readonly code: number
  readonly reason?: string | undefined
  /** Ours; absent only in 100. */
  readonly toTag?: string | undefined
  readonly fields?: readonly Field[]
  readonly sdp?: string | null
  readonly userAgent: string
  readonly source: SipHop
}

export function writeResponse(request: SipRequest, options: ResponseOptions): string {
  const recordRoute = options.code < 300 && options.code > 100 ? request.headers.getAll('record-route') : []
  const toTag = request.to.tag === null ? options.toTag : undefined
  return writeAnswer(echoOf(request), {
    ...options,
    toTag,
    fields: [...recordRoute.map((value): Field => ['Record-Route', value]), ...(options.fields ?? [])],
  })
}

/** Stateless answer to a request that could not be understood; its To tag depends on the request alone (section 8.2.7). */
export function writeStatelessAnswer(echo: Answerable, options: Omit<ResponseOptions, 'toTag'>): string {
  const tag = createHash('sha256')
    .update(`${echo.callId}|${echo.cseq}|${echo.from}`)
    .digest('hex')
    .slice(0, 8)
  return writeAnswer(echo, { ...options, toTag: /;\s*tag=/i.test(echo.to) ? undefined : tag })
}

function writeAnswer(echo: Answerable, options: ResponseOptions): string {
  const { code, toTag } = options
  const reason = checkValue(options.reason ?? reasonPhrase(code))
  const body = options.sdp == null ? null : sdpBody(options.sdp)
  return write(
    `SIP/2.0 ${code} ${reason}`,
    [
      ...echo.vias.map(
        (value, index): Field => ['Via', index === 0 ? stampVia(value, echo, options.source) : value],
      ),
      ['From', echo.from],
      ['To', toTag === undefined ? echo.to : `${echo.to};tag=${toTag}`],
      ['Call-ID', echo.callId],
      ['CSeq', echo.cseq],
      ...(options.fields ?? []),
      ['Server', options.userAgent],
      ...contentType(body),
    ],
    body,
  )
}

/** Adds `received` and fills in `rport` (RFC 3261 section 18.2.1, RFC 3581 section 4). */
function stampVia(value: string, { via }: Answerable, source: SipAddress): string {
  const received = via.wantsRport || via.host !== source.host ? `;received=${source.host}` : ''
  const cleaned = value.replaceAll(/;\s*received=[^;]*/gi, '')
  return cleaned.replace(/;\s*rport\s*(?=;|$)/i, `;rport=${source.port}`) + received
}

/**
 * Where an answer goes (RFC 3261 section 18.2.2, RFC 3581): the connection the request came by, else the source host; its
 * port where rport was asked for.
 */
export function answerAddress({ via }: Pick<Answerable, 'via'>, source: SipHop): SipHop {
  const port = via.wantsRport ? source.port : (via.port ?? defaultPort(protocolOf(source)))
  return { ...source, port }
}

const contentType = (body: Body | null): Field[] => (body === null ? [] : [['Content-Type', body.type]])

function write(startLine: string, fields: readonly Field[], body: Body | null): string {
  const head = fields.map(([name, value]) => `${name}: ${value}`).join('\r\n')
  const text = body?.text ?? ''
  return `${startLine}\r\n${head}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}
