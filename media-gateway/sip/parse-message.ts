/**
 * Datagram to message. The values are parsed by sip.js's grammar (RFC 3261 section 25); lines and body are
 * split here, because sip.js's Parser reads the last branch of comma-separated Via values, counts
 * Content-Length in characters, and drops a whole message for a tel: URI, which carriers do send.
 */
import { isIP } from 'node:net'
import { Grammar, NameAddrHeader, URI } from 'sip.js/lib/grammar/index.js'
import {
  type Answerable,
  echoOf,
  HeaderFields,
  type NameAddr,
  type SipMessage,
  type SipUri,
  type Via,
} from './message.ts'

/** Of any transport; carriers stay below 4 kB. */
export const MAX_MESSAGE_BYTES = 32_768
const MAX_HEADER_LINES = 256
/** RFC 3261 section 8.1.1.5. */
const MAX_CSEQ = 2 ** 31

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const STRAY_CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)|(?<!\r)\n/

export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false
      readonly problem: string
      /** Status for the answer and what it must echo; null where no answer is possible or allowed. */
      readonly answer: { readonly code: number; readonly to: Answerable } | null
    }

/** A part of the message that breaks the grammar. */
class Malformed extends Error {
  readonly code: number
  constructor(problem: string, code = 400) {
    super(problem)
    this.code = code
  }
}

/** Parses one datagram. Never throws. Keep-alives (RFC 5626: only CRLF) are reported as a problem without answer. */
export function parseMessage(datagram: Buffer): ParseResult {
  const start = skipLineBreaks(datagram)
  const headEnd = datagram.indexOf('\r\n\r\n', start)
  const head = datagram.toString('utf8', start, headEnd === -1 ? datagram.length : headEnd)
  const lines = unfold(head)
  const startLine = lines.shift() ?? ''
  const headers = readHeaders(lines)
  // Control characters would be echoed into our answer and split its lines, so such a sender gets none.
  if (STRAY_CONTROL.test(head)) return { ok: false, problem: 'control characters', answer: null }
  try {
    if (headEnd === -1) throw new Malformed('no end of headers')
    if (datagram.length > MAX_MESSAGE_BYTES) throw new Malformed('too large', 513)
    if (lines.length > MAX_HEADER_LINES) throw new Malformed('too many headers')
    const body = readBody(datagram.subarray(headEnd + 4), headers)
    return { ok: true, message: readMessage(startLine, headers, body) }
  } catch (error) {
    const problem = error instanceof Malformed ? error : new Malformed(`parser: ${String(error)}`)
    const answer =
      /^ACK\s|^SIP\//i.test(startLine) || !/\sSIP\/\d/i.test(startLine) ? null : answerable(headers)
    return { ok: false, problem: problem.message, answer: answer && { code: problem.code, to: answer } }
  }
}

/** What can be answered to a message of a stream whose end is not known: only `head` of it is there. */
export function refuseMessage(head: Buffer, code: number, problem: string): ParseResult {
  const parsed = parseMessage(head)
  const answer = parsed.ok
    ? { code, to: echoOf(parsed.message) }
    : parsed.answer && { ...parsed.answer, code }
  const isAnswerable = !(parsed.ok && (parsed.message.kind === 'response' || parsed.message.method === 'ACK'))
  return { ok: false, problem, answer: isAnswerable ? answer : null }
}

function skipLineBreaks(datagram: Buffer): number {
  let start = 0
  while (start < datagram.length && (datagram[start] === 13 || datagram[start] === 10)) start++
  return start
}

/** Lines with continuation lines joined (RFC 3261 section 7.3.1). */
function unfold(head: string): string[] {
  const lines: string[] = []
  for (const line of head.split('\r\n')) {
    const previous = lines.length - 1
    if (/^[ \t]/.test(line) && previous > 0) lines[previous] = `${lines[previous]} ${line.trim()}`
    else lines.push(line)
  }
  return lines
}

function readHeaders(lines: readonly string[]): HeaderFields {
  const headers = new HeaderFields()
  for (const line of lines.slice(0, MAX_HEADER_LINES)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.add(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  return headers
}

function readBody(rest: Buffer, headers: HeaderFields): string {
  const lengths = headers.getAll('content-length')
  if (lengths.length === 0) return rest.toString('utf8')
  const [length] = lengths
  if (length === undefined || !/^\d{1,6}$/.test(length)) throw new Malformed('bad Content-Length')
  if (lengths.some((other) => other !== length)) throw new Malformed('two Content-Length')
  // RFC 3261 section 18.3: a datagram that ends before its body is an error, more bytes are discarded.
  if (Number(length) > rest.length) throw new Malformed('body shorter than Content-Length')
  return rest.toString('utf8', 0, Number(length))
}

function readMessage(startLine: string, headers: HeaderFields, body: string): SipMessage {
  const cseq = parseCseq(only(headers, 'cseq'))
  const vias = splitCommas(headers.getAll('via'))
  const fields = {
    headers,
    vias,
    via: parseVia(vias[0] ?? ''),
    from: parseAddress(only(headers, 'from'), 'From'),
    to: parseAddress(only(headers, 'to'), 'To'),
    callId: parseCallId(only(headers, 'call-id')),
    cseq,
    contact: parseContact(headers),
    recordRoute: splitCommas(headers.getAll('record-route')),
    body,
  }
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(startLine)
  if (status)
    return { kind: 'response', code: Number(status[1]), reason: (status[2] ?? '').trim(), ...fields }
  const [, method, uri, version] = /^([\w.!%*+`'~-]+) (\S+) SIP\/(\d+\.\d+)$/i.exec(startLine) ?? []
  if (method === undefined || uri === undefined) throw new Malformed('bad start line')
  if (version !== '2.0') throw new Malformed('not SIP/2.0', 505)
  if (cseq.method !== method) throw new Malformed('CSeq of another method')
  return { kind: 'request', method, uri: parseRequestUri(uri), ...fields }
}

function only(headers: HeaderFields, name: string): string {
  const values = headers.getAll(name)
  const [value] = values
  if (value === undefined || value === '') throw new Malformed(`no ${name}`)
  if (values.length > 1) throw new Malformed(`more than one ${name}`)
  return value
}

function parseCallId(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Malformed('bad Call-ID')
  return value
}

function parseCseq(value: string): { number: number; method: string } {
  const [, number, method] = /^(\d{1,10})\s+([\w.!%*+`'~-]+)$/.exec(value) ?? []
  if (number === undefined || method === undefined || Number(number) >= MAX_CSEQ)
    throw new Malformed('bad CSeq')
  return { number: Number(number), method }
}

/** Values of comma-separated fields; commas inside quotes and angle brackets do not separate. */
export function splitCommas(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const parts: string[] = []
    let quoted = false
    let bracketed = false
    let from = 0
    for (let i = 0; i < value.length; i++) {
      const char = value[i]
      if (char === '\\' && quoted) i++
      else if (char === '"') quoted = !quoted
      else if (char === '<' && !quoted) bracketed = true
      else if (char === '>' && !quoted) bracketed = false
      else if (char === ',' && !quoted && !bracketed) {
        parts.push(value.slice(from, i).trim())
        from = i + 1
      }
    }
    parts.push(value.slice(from).trim())
    return parts.filter((part) => part !== '')
  })
}

/** @throws Malformed where it is not a Via value. */
function parseVia(value: string): Via {
  const parsed: unknown = Grammar.parse(value, 'Via')
  if (typeof parsed !== 'object' || parsed === null) throw new Malformed('bad Via')
  const via = parsed as { transport?: unknown; host?: unknown; port?: unknown; branch?: unknown }
  if (typeof via.host !== 'string') throw new Malformed('bad Via')
  return {
    transport: String(via.transport),
    host: unbracket(via.host),
    port: typeof via.port === 'number' ? via.port : null,
    branch: typeof via.branch === 'string' ? via.branch : null,
    wantsRport: /;\s*rport\s*(;|$)/i.test(value),
    wantsAlias: /;\s*alias\s*(;|$)/i.test(value),
    received: seenHost(/;\s*received\s*=\s*([^\s;]+)/i.exec(value)?.[1]),
    rport: seenPort(/;\s*rport\s*=\s*(\d{1,5})\s*(?:;|$)/i.exec(value)?.[1]),
  }
}

const seenHost = (text: string | undefined): string | null =>
  text === undefined || isIP(unbracket(text)) === 0 ? null : unbracket(text)
const seenPort = (text: string | undefined): number | null => {
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null
}
const unbracket = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** @throws Malformed where it is not an address. */
function parseAddress(value: string, rule: 'From' | 'To' | 'Contact'): NameAddr {
  const address = readAddress(value)
  if (address === null) throw new Malformed(`bad ${rule}`)
  return address
}

/** One address, e.g. `"Name" <sip:user@host>;tag=x`, or null where it is none. */
export function readAddress(value: string): NameAddr | null {
  const parsed: unknown = Grammar.parse(value, 'Name_Addr_Header')
  if (parsed instanceof NameAddrHeader) return fromNameAddr(parsed)
  // The grammar knows no addr-spec without brackets in this rule and no tel: at all (RFC 3966).
  const plain: unknown = Grammar.parse(value, 'From')
  if (plain instanceof NameAddrHeader) return fromNameAddr(plain)
  const [, name, uri, tag] =
    /^\s*(?:"?([^"<]*)"?\s*<)?(tel:[+\w().*#;=%-]+)>?(?:.*;\s*tag=([\w.!%*+~-]+))?/i.exec(value) ?? []
  if (uri === undefined) return null
  return { displayName: name?.trim() || null, uri: parseUri(uri.replace(/;tag=.*$/i, '')), tag: tag ?? null }
}

function fromNameAddr(parsed: NameAddrHeader): NameAddr {
  const tag: unknown = parsed.getParam('tag')
  return {
    displayName: parsed.displayName?.replaceAll(/\\(.)/g, '$1') || null,
    uri: fromUri(parsed.uri, parsed.uri.toRaw()),
    tag: typeof tag === 'string' ? tag : null,
  }
}

function parseContact(headers: HeaderFields): NameAddr | null {
  const [first] = splitCommas(headers.getAll('contact'))
  if (first === undefined || first === '*') return null
  return parseAddress(first, 'Contact')
}

/** RFC 3261 section 19.1.1: header fields, which could add a Route or a body to the request, may not stand there. */
function parseRequestUri(text: string): SipUri {
  const parsed: unknown = /^sips?:/i.test(text) ? Grammar.URIParse(text) : null
  if (parsed instanceof URI && Object.keys(parsed.headers).length > 0)
    throw new Malformed('header fields in the Request-URI')
  return parseUri(text)
}

/** @throws Malformed where a sip: URI breaks the grammar. */
function parseUri(text: string): SipUri {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) throw new Malformed('bad URI')
  if (scheme === 'sip' || scheme === 'sips') {
    const parsed = Grammar.URIParse(text)
    if (!(parsed instanceof URI)) throw new Malformed('bad URI')
    return fromUri(parsed, text)
  }
  const user = scheme === 'tel' ? (text.slice(4).split(';')[0] ?? '') : ''
  return { text, scheme, user, host: '', port: null, looseRouting: false, transport: null }
}

function fromUri(uri: URI, text: string): SipUri {
  const transport: unknown = uri.getParam('transport')
  return {
    text,
    scheme: uri.scheme.toLowerCase(),
    user: unescapeUser(uri.user ?? ''),
    host: unbracket(uri.host),
    port: uri.port ?? null,
    looseRouting: uri.hasParam('lr'),
    transport: typeof transport === 'string' ? transport.toLowerCase() : null,
  }
}

function unescapeUser(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

function answerable(headers: HeaderFields): Answerable | null {
  const vias = splitCommas(headers.getAll('via'))
  const from = headers.get('from')
  const to = headers.get('to')
  const callId = headers.get('call-id')
  const cseq = headers.get('cseq')
  if (!vias[0] || !from || !to || !callId || !cseq) return null
  try {
    return { vias, via: parseVia(vias[0]), from, to, callId, cseq }
  } catch {
    return null
  }
}
