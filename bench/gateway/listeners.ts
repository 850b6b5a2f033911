/** The dialogue's side of every leg: a media socket that hears all of it, and says two seconds out of every four. */
import WebSocket from 'ws'
import { makeLegId } from '../../domain/ids.ts'
import type { GatewayMessage } from '../../domain/media-socket.ts'
import { mediaSocketToken } from '../../domain/media-socket-token.ts'
import { legHex, type Order, SECRET, type Word } from './messages.ts'
import { speechFrames } from './speech.ts'

const SPEECH_MS = 2_000
const EVERY_MS = 4_000

const [mediaSocketPort = '0'] = process.argv.slice(2)
const tell = (word: Word) => process.send?.(word)
const speech = Buffer.concat(speechFrames(SPEECH_MS, 0))
const sockets: WebSocket[] = []
let framesHeard = 0
let speechStarts = 0
let utterancesSaid = 0

async function attach(call: number): Promise<void> {
  const legId = makeLegId(legHex(call))
  const socket = new WebSocket(`ws://127.0.0.1:${mediaSocketPort}/legs/${legId}`, {
    headers: { authorization: `Bearer ${mediaSocketToken(SECRET, legId)}` },
    perMessageDeflate: false,
  })
  socket.on('error', () => {})
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      framesHeard += 1
      return
    }
    const message = JSON.parse(data.toString()) as GatewayMessage
    if (message.type === 'speech.start') speechStarts += 1
    if (message.type === 'utterance.done') utterancesSaid += 1
  })
  await new Promise((resolve) => socket.once('open', resolve))
  sockets.push(socket)
  let turn = 0
  const say = () => {
    if (socket.readyState !== WebSocket.OPEN) return clearInterval(timer)
    const utteranceId = `${legId}-${turn++}`
    socket.send(JSON.stringify({ type: 'sentence.start', utteranceId, sentence: 0, text: '' }))
    socket.send(speech)
    socket.send(JSON.stringify({ type: 'sentence.end', utteranceId, sentence: 0 }))
    socket.send(JSON.stringify({ type: 'utterance.end', utteranceId }))
  }
  const timer = setInterval(say, EVERY_MS)
}

async function scale(count: number): Promise<void> {
  while (sockets.length > count) sockets.pop()?.close()
  while (sockets.length < count) await attach(sockets.length)
}

process.on('message', (order: Order) => {
  if (order.type === 'scale') void scale(order.calls).then(() => tell({ type: 'scaled' }))
  if (order.type === 'measure') {
    framesHeard = 0
    speechStarts = 0
    utterancesSaid = 0
  }
  if (order.type === 'report')
    tell({
      type: 'listeners',
      report: { sockets: sockets.length, framesHeard, speechStarts, utterancesSaid },
    })
  if (order.type === 'stop') process.exit(0)
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', sipPort: 0, mediaSocketPort: 0 })
