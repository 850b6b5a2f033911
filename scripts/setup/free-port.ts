import { createSocket, type Socket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the ports that operating systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere):
 * one of those may be taken between our look and the moment in which a server listens.
 */
const LOWEST = 12_000
const HIGHEST = 32_000
const MOST_TRIES = 200

/** Held until this process ends: UDP sockets that tell other systems which TCP ports are spoken for. */
const spokenFor: Socket[] = []

/** A TCP port on loopback that nobody uses, and that no other caller of this function gets while we run. */
export const freePort = (): Promise<number> =>
  firstFree(async (port) => {
    spokenFor.push(await bindUdp(port))
    await listenOnce(port)
  })

/** A UDP port on loopback that nobody uses at this moment. */
export const freeUdpPort = (): Promise<number> =>
  firstFree(async (port) => {
    const socket = await bindUdp(port)
    socket.close()
  })

async function firstFree(check: (port: number) => Promise<void>): Promise<number> {
  let problem: unknown
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    try {
      await check(port)
      return port
    } catch (error) {
      problem = error
    }
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`, { cause: problem })
}

function bindUdp(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.unref()
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket))
  })
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve()))
  })
}
