import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReadyMessage } from '../../../config/process.ts'
import type { MissedCall } from '../../../domain/call.ts'
import { SILENCE } from '../../../media-gateway/rtp/index.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { TestPhone } from '../../support/test-phone.ts'
import type { FakeResult } from './fake-workflows.ts'
import { DATA_KEY, GatewayWorld, SECRET, TemporalWorld } from './harness.ts'

let temporal: TemporalWorld
beforeAll(async () => {
  temporal = await TemporalWorld.open(getTemporalAddress())
})
afterAll(() => temporal.close())

const spool = async (folder: string) =>
  (await readdir(join(folder, 'missed-calls'))).filter((file) => file.endsWith('.json'))

test('without Temporal the caller hears an apology, and the call is made up for later', async () => {
  const away = await GatewayWorld.open(temporal, {
    temporal: {
      address: '127.0.0.1:1',
      namespace: temporal.namespace,
      apiKey: undefined,
      uiUrl: '',
      owned: false,
    },
  })
  const { phone, gateway, folder } = away
  expect((await phone.call(gateway.sipPort)).kind).toBe('answered')
  expect((await phone.dialog?.ended)?.by).toBe('remote')
  const loud = phone.heard.filter((frame) => frame.some((code) => code !== SILENCE.PCMU))
  expect(loud.length).toBeGreaterThan(40)
  expect((await spool(folder)).length).toBe(1)
  await away.phone.close()
  await away.stop()

  const back = await GatewayWorld.open(temporal, { dataDir: folder })
  const [missed] = await temporal.workflows('missedCall', 1)
  const call = (await missed?.result()) as MissedCall
  expect(call).toMatchObject({ fromNumber: '01012345678', toNumber: '15880000' })
  expect(missed?.workflowId).toBe(`missed-${call.callId}`)
  while ((await spool(folder)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  await back.close()
})

test('a call whose workflow does not answer in time is apologised for and noted', async () => {
  const world = await GatewayWorld.open(temporal, {}, { unansweredMs: 0 })
  expect((await world.phone.call(world.gateway.sipPort)).kind).toBe('answered')
  expect((await world.phone.dialog?.ended)?.by).toBe('remote')
  await temporal.workflows('missedCall', 2)
  await world.close()
})

interface Process {
  readonly child: ChildProcess
  readonly sipPort: number
}

function spawnGateway(folder: string): Promise<Process> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../media-gateway/main.ts', import.meta.url))],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH,
        DAERI_DATA_DIR: folder,
        DAERI_SECRET: SECRET,
        DAERI_DATA_KEY: DATA_KEY,
        GATEWAY_HOST: 'killed-host',
        SIP_PORT: '0',
        MEDIA_SOCKET_PORT: '0',
        SIP_WS_PORT: '0',
        RTP_PORT_MIN: '32000',
        RTP_PORT_MAX: '32999',
        TEMPORAL_ADDRESS: getTemporalAddress(),
        TEMPORAL_NAMESPACE: temporal.namespace,
        LOG_LEVEL: 'silent',
      },
    },
  )
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`gateway ended with ${code}`)))
    child.once('message', (message: ReadyMessage) => {
      resolve({ child, sipPort: Number(message.details.sipPort) })
    })
  })
}

test('a gateway killed in mid-call: its workflow is told that the leg is lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daeri-killed-'))
  const phone = await TestPhone.open()
  const first = await spawnGateway(folder)
  await phone.call(first.sipPort)
  const call = (await temporal.workflows('inboundCall', 1)).at(-1)
  if (call === undefined) throw new Error('no workflow')
  await temporal.answered(call)
  first.child.kill('SIGKILL')
  const second = await spawnGateway(folder)
  expect(((await call.result()) as FakeResult).report).toEqual({ failure: 'LegLost' })
  const ended = new Promise((resolve) => second.child.once('exit', resolve))
  second.child.kill('SIGTERM')
  expect(await ended).toBe(0)
  await phone.close()
  await rm(folder, { recursive: true })
})
