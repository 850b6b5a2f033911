/** A gateway with a Temporal of its own: a namespace, workers for the stand-in call workflows, and a phone. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { singleTrunk } from '../../../config/trunks.ts'
import {
  type Gateway,
  type GatewaySettings,
  type GatewayTimings,
  startGateway,
} from '../../../media-gateway/gateway.ts'
import { dataConverter } from '../../../temporal/connection.ts'
import { TASK_QUEUES } from '../../../temporal/task-queues.ts'
import { TestPhone } from '../../support/test-phone.ts'
import { events } from './fake-workflows.ts'

export const HOST = '127.0.0.1'
export const SECRET = 'a secret of sixteen letters'
export const DATA_KEY = '11'.repeat(32)

export class TemporalWorld {
  readonly address: string
  readonly namespace: string
  readonly client: Client
  readonly #connection: NativeConnection
  readonly #newWorker: () => Promise<Worker>
  #worker: Worker
  #working: Promise<void>

  private constructor(
    address: string,
    namespace: string,
    client: Client,
    connection: NativeConnection,
    newWorker: () => Promise<Worker>,
    worker: Worker,
  ) {
    this.address = address
    this.namespace = namespace
    this.client = client
    this.#connection = connection
    this.#newWorker = newWorker
    this.#worker = worker
    this.#working = worker.run()
  }

  /** @param address of the test run's server (`getTemporalAddress()`). @param activities of the business queue. */
  static async open(address: string, activities: object = {}): Promise<TemporalWorld> {
    Runtime.install({ logger: new DefaultLogger('ERROR') })
    const namespace = `gateway-${randomUUID()}`
    const clientConnection = await Connection.connect({
      address,
      connectTimeout: '60s',
    })
    await clientConnection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    })
    const converter = dataConverter({ dataKey: DATA_KEY })
    const client = new Client({ connection: clientConnection, namespace, dataConverter: converter })
    const connection = await NativeConnection.connect({ address })
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./fake-workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    })
    const newWorker = () =>
      Worker.create({
        connection,
        namespace,
        taskQueue: TASK_QUEUES.business,
        workflowBundle,
        ...(Object.keys(activities).length === 0 ? {} : { activities }),
        dataConverter: converter,
      })
    return new TemporalWorld(address, namespace, client, connection, newWorker, await newWorker())
  }

  async close(): Promise<void> {
    this.#worker.shutdown()
    await this.#working
    await this.#connection.close()
    await this.client.connection.close()
  }

  /** Runs something while no workflow makes progress. */
  async paused(work: () => Promise<void>): Promise<void> {
    this.#worker.shutdown()
    await this.#working
    try {
      await work()
    } finally {
      this.#worker = await this.#newWorker()
      this.#working = this.#worker.run()
    }
  }

  /** Workflows of a type, running or not, oldest first; waits until there are `count`. */
  async workflows(type: string, count: number): Promise<WorkflowHandle[]> {
    for (;;) {
      const found: { id: string; at: number }[] = []
      for await (const { workflowId, startTime } of this.client.workflow.list({
        query: `WorkflowType = "${type}"`,
      }))
        found.push({ id: workflowId, at: startTime.getTime() })
      if (found.length >= count)
        return found.sort((a, b) => a.at - b.at).map(({ id }) => this.client.workflow.getHandle(id))
      await pollPause()
    }
  }

  async answered(call: WorkflowHandle) {
    for (;;) {
      const answered = (await call.query(events)).find((event) => event.type === 'answered')
      if (answered?.type === 'answered') return answered
      await pollPause()
    }
  }
}

/** The server has one connection to its database: asked without pause it does nothing else. */
const pollPause = () => new Promise((resolve) => setTimeout(resolve, 100))

/** One gateway and one phone; `overrides` of settings, `timings` short by default. */
export class GatewayWorld {
  readonly folder: string
  readonly phone: TestPhone
  readonly gateway: Gateway
  #stopped = false

  private constructor(folder: string, phone: TestPhone, gateway: Gateway) {
    this.folder = folder
    this.phone = phone
    this.gateway = gateway
  }

  static async open(
    temporal: Pick<TemporalWorld, 'address' | 'namespace'>,
    overrides: Partial<GatewaySettings> & {
      readonly channels?: number
      readonly trunks?: GatewaySettings['sip']['trunks']
      readonly phones?: GatewaySettings['sip']['phones']
    } = {},
    timings: GatewayTimings = {},
  ): Promise<GatewayWorld> {
    const folder = overrides.dataDir ?? (await mkdtemp(join(tmpdir(), 'daeri-gateway-')))
    const phone = await TestPhone.open()
    const { channels = 10, trunks, phones = [], ...rest } = overrides
    const settings = gatewaySettings(temporal, folder, phone.sip.port, channels)
    const sip = { ...settings.sip, phones, ...(trunks === undefined ? {} : { trunks }) }
    const gateway = await startGateway(
      { ...settings, sip, ...rest },
      pino({ level: process.env.TEST_LOG ?? 'silent' }),
      { portQuarantineMs: 0, drainMs: 200, missedCallRetryMs: 200, ...timings },
    )
    return new GatewayWorld(folder, phone, gateway)
  }

  /** Stops the gateway once; nothing may be left in use. */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.gateway.stop()
    const { transactions, ...left } = this.gateway.usage()
    if (Object.values(left).some((count) => count !== 0))
      throw new Error(`left in use: ${JSON.stringify(left)}`)
  }

  async close(): Promise<void> {
    await this.phone.close()
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function gatewaySettings(
  { address, namespace }: Pick<TemporalWorld, 'address' | 'namespace'>,
  dataDir: string,
  trunkPort: number,
  channels: number,
): GatewaySettings {
  return {
    dataDir,
    secret: SECRET,
    dataKey: DATA_KEY,
    host: HOST,
    mediaSocketHost: HOST,
    retention: { recordingDays: 0, signallingDays: 0, captureDays: 0, requestDays: 0 },
    outbound: {
      enabled: true,
      maxCalls: 5,
      ringSeconds: 30,
      maxDurationSeconds: 300,
      maxRetries: 2,
      retry: { enabled: true, intervalSeconds: 300, on: ['no_answer', 'busy'] },
      maxTurns: 20,
      callerNumbers: [],
      dailyLimit: 1_000,
      ratePerMinute: 60,
      webhook: null,
      words: { greeting: '', closing: '' },
      machine: 'retry',
      machineMessage: '',
      checksCompletion: true,
      saveTranscript: true,
      saveRecording: true,
      generateSummary: true,
      transfer: { to: 'desk', mode: 'warm', ringTimeoutSeconds: 20 },
    },
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
      webRtcMin: 32_000,
      webRtcMax: 32_199,
    },
    temporal: { address, namespace, apiKey: undefined, uiUrl: '', owned: false },
    publicUrl: `http://${HOST}`,
    sip: {
      trunks: [
        singleTrunk({
          address: `${HOST}:${trunkPort}`,
          credentials: undefined,
          allowMd5: false,
          registerAt: undefined,
          checkSeconds: 0,
          inboundFrom: [],
        }),
      ],
      rport: false,
      publicHost: HOST,
      learnsAddress: true,
      srtp: 'accept',
      judgesPersons: false,
      speechModelFile: undefined,
      channels,
      drainSeconds: 1,
      gatewayHost: undefined,
      botAuthToken: undefined,
      softphoneGateway: undefined,
      phones: [],
      realm: 'daeri',
      phoneDigests: ['SHA-256'],
      ports: { tcp: undefined, tls: undefined, ws: undefined, wss: undefined },
      tls: undefined,
    },
  }
}
