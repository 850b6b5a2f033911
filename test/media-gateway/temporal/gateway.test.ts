import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LegReport } from '../../../domain/call.ts'
import { type Gateway, type GatewaySettings, startGateway } from '../../../media-gateway/gateway.ts'
import { encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { dataConverter } from '../../../temporal/connection.ts'
import { TASK_QUEUES } from '../../../temporal/task-queues.ts'
import { TestMediaSocket } from '../../support/media-socket-client.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { TestPhone } from '../../support/test-phone.ts'
import { events, type FakeResult, hangUp } from './fake-workflows.ts'

const HOST = '127.0.0.1'
const SECRET = 'a secret of sixteen letters'
const namespace = `gateway-${randomUUID()}`
const dataKey = '11'.repeat(32)

let client: Client
let connection: NativeConnection
let worker: Worker
let working: Promise<void>
let folder: string
let gateway: Gateway
let phone: TestPhone

beforeAll(async () => {
  const clientConnection = await Connection.connect({ address: getTemporalAddress() })
  await clientConnection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  client = new Client({ connection: clientConnection, namespace, dataConverter: dataConverter({ dataKey }) })
  connection = await NativeConnection.connect({ address: getTemporalAddress() })
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./fake-workflows.ts', import.meta.url)),
  })
  worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUES.business,
    workflowBundle,
    dataConverter: dataConverter({ dataKey }),
  })
  working = worker.run()
})

afterAll(async () => {
  worker.shutdown()
  await working
  await connection.close()
  await client.connection.close()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daeri-gateway-'))
  phone = await TestPhone.open()
})

afterEach(async () => {
  await phone.close()
  await gateway.stop()
  expect(gateway.usage()).toMatchObject({
    legs: 0,
    rtpPortPairs: 0,
    mediaSockets: 0,
    dialogs: 0,
    pendingCalls: 0,
  })
  await rm(folder, { recursive: true })
})

function settings(overrides: Partial<GatewaySettings> = {}): GatewaySettings {
  return {
    dataDir: folder,
    secret: SECRET,
    dataKey,
    host: HOST,
    ports: {
      api: 0,
      world: 0,
      mediaSocket: 0,
      postgres: 0,
      temporal: 0,
      temporalUi: 0,
      sip: 0,
      worldSip: 0,
      rtpMin: 30_000,
      rtpMax: 30_999,
    },
    temporal: { address: getTemporalAddress(), namespace, apiKey: undefined, uiUrl: '', owned: false },
    sip: { trunk: `${HOST}:${phone.sip.port}`, publicHost: HOST, channels: 10, gatewayHost: undefined },
    ...overrides,
  }
}

const start = async (overrides?: Partial<GatewaySettings>) => {
  gateway = await startGateway(settings(overrides), pino({ level: process.env.TEST_LOG ?? 'silent' }), {
    portQuarantineMs: 0,
    drainMs: 200,
    missedCallRetryMs: 200,
  })
}

/** The call's workflow, found by what the gateway named it. */
async function onlyCall(): Promise<WorkflowHandle> {
  for (;;) {
    for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
      return client.workflow.getHandle(workflowId)
  }
}

async function answeredEvent(call: WorkflowHandle) {
  for (;;) {
    const seen = await call.query(events)
    const answered = seen.find((event) => event.type === 'answered')
    if (answered?.type === 'answered') return answered
  }
}

const tone = (ms: number) =>
  encodeG711(
    'PCMU',
    Int16Array.from({ length: ms * 8 }, (_, i) => Math.round(8000 * Math.sin(i / 3))),
  )

test('an inbound call is answered by its workflow, heard and spoken to over the media socket', async () => {
  await start()
  expect((await phone.call(gateway.sipPort)).kind).toBe('answered')
  const call = await onlyCall()
  const { legId, mediaSocketUrl } = await answeredEvent(call)
  const socket = new TestMediaSocket(mediaSocketUrl, legId, SECRET, 0)
  const attached = await socket.message('attached')
  expect(attached).toMatchObject({ legId, codec: 'PCMU', cursor: 0, utterances: [] })

  const words = tone(600)
  socket.say('u1', 'hello', words)
  await socket.message('utterance.done', ({ interrupted }) => !interrupted)
  await phone.hear(10)
  const heard = Buffer.concat(phone.heard)
  expect(heard.includes(Buffer.from(words))).toBe(true)

  phone.speech.write(tone(500))
  await socket.message('speech.start')
  await socket.message('speech.end')
  await phone.rtp?.sendDigits('42#')
  await socket.message('digit', ({ digit }) => digit === '#')

  await call.signal(hangUp, { afterPlayoutMs: 1000 })
  const result = (await call.result()) as FakeResult
  expect((await phone.dialog?.ended)?.by).toBe('remote')
  expect(result.events.map((event) => (event.type === 'digit' ? event.digit : event.type))).toEqual([
    'answered',
    '4',
    '2',
    '#',
    'ended',
  ])
  const report = result.report as LegReport
  expect(report).toMatchObject({ outcome: 'completed_by_us', sipCode: 200, codec: 'PCMU' })
  const wav = await readFile(join(folder, report.recordingKey ?? ''))
  expect(wav.readUInt32LE(40)).toBe(wav.length - 44)
  expect(await socket.closed).toBe(1000)
})
