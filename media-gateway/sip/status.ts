/** Status codes that the endpoint sends, methods that it knows, and their texts. */

/** RFC 3261 section 21 and later; what is missing is sent with its class's word. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
}

/** The usual reason phrase. */
export const reasonPhrase = (code: number): string => REASONS[code] ?? (code < 300 ? 'OK' : 'Refused')

/** What the endpoint serves; goes into Allow. */
export const ALLOWED_METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE'] as const

/** Methods that we understand but do not serve (REGISTER only where there are phones of ours): 405; anything else is 501 (RFC 3261 section 21.5.2). */
export const UNSERVED_METHODS: ReadonlySet<string> = new Set([
  'REGISTER',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'MESSAGE',
  'REFER',
  'PRACK',
])

/** Header fields that tell what we can do. */
export const CAPABILITIES: readonly (readonly [string, string])[] = [['Allow', ALLOWED_METHODS.join(', ')]]
