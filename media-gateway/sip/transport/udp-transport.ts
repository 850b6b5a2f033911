/** SIP over UDP: one message a datagram (RFC 3261 section 18). */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { SipTransportError } from '../errors.ts'
import type { SipAddress } from '../types.ts'
import type { SipTransport, TransportUser } from './transport.ts'

/** Bursts of calls arrive faster than one turn of the event loop; the default of 208 kB holds some 100 messages. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

/** @throws SipTransportError when the port can't be bound. */
export async function openUdpTransport(bind: SipAddress, user: TransportUser): Promise<SipTransport> {
  const socket = createSocket({
    type: isIPv6(bind.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  })
  try {
    socket.bind(bind.port, bind.host)
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw new SipTransportError(`cannot bind UDP ${bind.host}:${bind.port}`, { cause: error })
  }
  socket.on('error', (error) => user.logger.warn({ error }, 'SIP socket error'))
  socket.on('message', (data, from) => user.receive(data, { host: from.address, port: from.port }))
  let open = true
  const sending = new Set<Promise<void>>()

  function send(text: string, to: SipAddress): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (!open) return Promise.reject(new SipTransportError('transport is closed'))
    try {
      socket.send(text, to.port, to.host, (error) => {
        if (error) reject(new SipTransportError('cannot send', { cause: error }))
        else resolve()
      })
    } catch (error) {
      reject(new SipTransportError('cannot send', { cause: error }))
    }
    sending.add(promise)
    const sent = () => void sending.delete(promise)
    promise.then(sent, sent)
    return promise
  }

  async function close(): Promise<void> {
    if (!open) return
    open = false
    await Promise.allSettled(sending)
    const closed = once(socket, 'close')
    socket.close()
    await closed
  }

  return {
    protocol: 'UDP',
    local: { host: bind.host, port: socket.address().port },
    connections: 0,
    send,
    close,
  }
}
