/**
 * The frames of Azure's speech protocol over WebSocket. Text: header lines, an empty line, the body.
 * Binary: the length of the header lines in two bytes (big-endian), the header lines, the body.
 */

/** A frame from the client. Header names are in lower case. */
export interface SpeechMessage {
  readonly path: string
  readonly requestId: string
  readonly headers: ReadonlyMap<string, string>
  /** Body of a text frame; empty for a binary one. */
  readonly text: string
  /** Body of a binary frame; empty for a text one. */
  readonly bytes: Uint8Array
}

/** A frame that can't be read. */
export class SpeechMessageError extends Error {
  readonly retryable = false
}

const NO_BYTES = new Uint8Array(0)

function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

function messageOf(headers: Map<string, string>, text: string, bytes: Uint8Array): SpeechMessage {
  const path = headers.get('path')
  if (path === undefined) throw new SpeechMessageError('a frame without Path')
  return { path: path.toLowerCase(), requestId: headers.get('x-requestid') ?? '', headers, text, bytes }
}

/** @throws SpeechMessageError when it has no Path. */
export function readTextMessage(frame: string): SpeechMessage {
  const end = frame.indexOf('\r\n\r\n')
  const headers = readHeaders(end < 0 ? frame : frame.slice(0, end))
  return messageOf(headers, end < 0 ? '' : frame.slice(end + 4), NO_BYTES)
}

/** @throws SpeechMessageError when it is cut or has no Path. */
export function readBinaryMessage(frame: Buffer): SpeechMessage {
  if (frame.length < 2) throw new SpeechMessageError('a binary frame without header length')
  const headerLength = frame.readUInt16BE(0)
  if (frame.length < 2 + headerLength) throw new SpeechMessageError('a binary frame with a cut header')
  const headers = readHeaders(frame.toString('latin1', 2, 2 + headerLength))
  return messageOf(headers, '', frame.subarray(2 + headerLength))
}

export function writeTextMessage(path: string, requestId: string, body: object): string {
  return (
    `X-RequestId:${requestId}\r\nContent-Type:application/json; charset=utf-8\r\nPath:${path}\r\n\r\n` +
    JSON.stringify(body)
  )
}

/** Synthesised audio; an empty body ends it. */
export function writeAudioMessage(requestId: string, streamId: string, audio: Uint8Array): Buffer {
  const header = Buffer.from(
    `X-RequestId:${requestId}\r\nContent-Type:audio/basic\r\nX-StreamId:${streamId}\r\nPath:audio\r\n`,
    'latin1',
  )
  const length = Buffer.alloc(2)
  length.writeUInt16BE(header.length)
  return Buffer.concat([length, header, audio])
}
