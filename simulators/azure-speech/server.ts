/** The WebSocket door of the speech stand-in. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { SpeechConnection, type SpeechOperation } from './connection.ts'
import type { AzureSpeechOptions } from './options.ts'

/** The stand-in's own address, and the paths of the real service beneath any host. */
const PATHS = [
  /^\/azure-speech(\/|$)/,
  /^\/speech\/(recognition|universal)\//,
  /^\/stt\/speech\//,
  /^\/tts\/cognitiveservices\/websocket\/v1/,
]

/** The stand-in has regions: `/azure-speech/<region>/stt`; faults are meant for one as `recognize@<region>`. */
const REGION = /^\/azure-speech\/(\w+)\/(?:stt|tts)$/

export interface AzureSpeechServer {
  /** Takes an upgrade for one of its paths; false leaves it to others. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean
  readonly close: () => Promise<void>
}

/**
 * A stand-in for Azure Speech that the real SDK talks to: it hears and says what the modem voice carries.
 * @example
 * const speech = createAzureSpeechServer({ faults })
 * server.on('upgrade', (request, socket, head) => speech.upgrade(request, socket, head))
 */
export function createAzureSpeechServer(options: AzureSpeechOptions): AzureSpeechServer {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  return {
    upgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'ws://stand-in')
      if (!PATHS.some((path) => path.test(url.pathname))) return false
      // The SDK names the result format when it wants to recognise, and only then.
      const operation: SpeechOperation = url.searchParams.has('format') ? 'recognize' : 'synthesize'
      const key =
        request.headers['ocp-apim-subscription-key'] ?? url.searchParams.get('Ocp-Apim-Subscription-Key')
      const token = request.headers.authorization ?? url.searchParams.get('Authorization')
      const region = REGION.exec(url.pathname)?.[1]
      const operations = region === undefined ? [operation] : [operation, `${operation}@${region}`]
      const fault = options.faults.take('speech', operations, ['refuse', 'slow', 'drop'])
      if (fault?.kind === 'refuse') refuse(socket, fault.status ?? 401)
      else if (!key && !token) refuse(socket, 401)
      else {
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          new SpeechConnection({
            socket: webSocket,
            query: url.searchParams,
            options,
            operations: (asked) => (region === undefined ? [asked] : [asked, `${asked}@${region}`]),
            firstFault: fault,
          })
        })
      }
      return true
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
}

/** Serves the speech stand-in on an HTTP server that has nothing else to upgrade. */
export function attachAzureSpeech(server: Server, options: AzureSpeechOptions): AzureSpeechServer {
  const speech = createAzureSpeechServer(options)
  server.on('upgrade', (request, socket, head) => {
    if (!speech.upgrade(request, socket, head)) socket.destroy()
  })
  return speech
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
