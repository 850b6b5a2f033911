/** Status codes that the endpoint sends, methods that it knows, and their texts. */

/** RFC 3261 section 21 and later; what is missing is sent with its class's word. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
}

/** The usual reason phrase. */
export const reasonPhrase = (code: number): string => REASONS[code] ?? (code < 300 ? 'OK' : 'Refused')

/** What the endpoint serves; goes into Allow. */
export const ALLOWED_METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'PRACK',
  'REFER',
  'NOTIFY',
] as const

/** Extensions that may be required of us: RFC 3262, 4028, 3891. */
export const supportedOptions = (hasSessionTimer: boolean): readonly string[] =>
  hasSessionTimer ? ['100rel', 'timer', 'replaces'] : ['100rel', 'replaces']

/** Methods that we understand but do not serve (REGISTER only where there are phones of ours): 405; anything else is 501 (RFC 3261 section 21.5.2). */
export const UNSERVED_METHODS: ReadonlySet<string> = new Set(['REGISTER', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE'])

/** Served within a dialog only: outside of one 481. */
export const DIALOG_METHODS: ReadonlySet<string> = new Set(['BYE', 'INFO', 'UPDATE', 'PRACK', 'NOTIFY'])

/** Header fields that tell what we can do. */
export const capabilities = (hasSessionTimer: boolean): readonly (readonly [string, string])[] => [
  ['Allow', ALLOWED_METHODS.join(', ')],
  ['Supported', supportedOptions(hasSessionTimer).join(', ')],
]

/** Why a session description was refused (RFC 3261 section 20.43): incompatible media, or its words. */
export function warningOf(host: string, error: unknown): readonly [string, string] {
  const isUnreadable = error instanceof Error && error.message.startsWith('bad SDP')
  const [code, text] = isUnreadable
    ? [399, 'The session description can not be read']
    : [305, 'Incompatible media format']
  return ['Warning', `${code} ${host} "${text}"`]
}
