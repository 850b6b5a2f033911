/** `GET /world/api/live`: everything that happens, as JSON text frames over a WebSocket. */
import { WebSocket, WebSocketServer } from 'ws'
import type { WorldContext, WorldPart } from './world-part.ts'

const PATH = '/world/api/live'

export function createLiveSocket(context: WorldContext): WorldPart {
  const server = new WebSocketServer({ noServer: true })
  const unsubscribe = context.live.subscribe((event) => {
    const text = JSON.stringify(event)
    for (const client of server.clients) if (client.readyState === WebSocket.OPEN) client.send(text)
  })
  return {
    upgrade: (request, socket, head) => {
      if (request.url?.split('?')[0] !== PATH) return false
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request))
      return true
    },
    stop: async () => {
      unsubscribe()
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}
