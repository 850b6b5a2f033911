/** The gateway as an activity worker: one slot is one phone channel. */
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'
import { gatewayLegsQueue, gatewayQueue, TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { LegActivities } from './leg-activities.ts'
import type { LegOperations } from './leg-operations.ts'

const RECONNECT_MS = 1_000

export interface GatewayWorkersOptions {
  readonly gatewayHost: string
  readonly channels: number
  /** Calls that somebody asked for, at once. */
  readonly outboundCalls: number
  readonly namespace: string
  readonly dataConverter?: WorkerOptions['dataConverter']
  readonly activities: LegActivities
  readonly operations: LegOperations
  readonly connect: () => Promise<NativeConnection>
  readonly logger: Logger
}

/** Polls the four queues, and goes on trying while Temporal is away. */
export class GatewayWorkers {
  readonly #options: GatewayWorkersOptions
  readonly #finished: Promise<void>
  #workers: readonly Worker[] = []
  #stopping = false
  #wake: () => void = () => {}

  private constructor(options: GatewayWorkersOptions) {
    this.#options = options
    this.#finished = this.#loop()
  }

  /** Returns at once; connecting goes on behind it. */
  static start(options: GatewayWorkersOptions): GatewayWorkers {
    return new GatewayWorkers(options)
  }

  /** True while the queues are polled. */
  get polling(): boolean {
    return this.#workers.length > 0 && this.#workers.every((worker) => worker.getState() === 'RUNNING')
  }

  /** Legs must be over before, or they end with it. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    for (const worker of this.#workers) if (worker.getState() === 'RUNNING') worker.shutdown()
    await this.#finished
  }

  async #loop(): Promise<void> {
    const { logger, connect } = this.#options
    let told = false
    while (!this.#stopping) {
      try {
        const connection = await connect()
        told = false
        try {
          await this.#run(connection)
        } finally {
          await connection.close()
        }
      } catch (error) {
        if (!told) logger.warn({ err: error }, 'Temporal is out of reach: workers wait')
        told = true
      }
      if (!this.#stopping) await this.#pause()
    }
  }

  async #run(connection: NativeConnection): Promise<void> {
    const workers: Worker[] = []
    for (const options of this.#queues()) workers.push(await Worker.create({ ...options, connection }))
    this.#workers = workers
    try {
      if (this.#stopping) for (const worker of workers) worker.shutdown()
      this.#options.logger.info({ gatewayHost: this.#options.gatewayHost }, 'polling for legs')
      // One that ends takes the others along: they share the connection.
      await Promise.all(
        workers.map((worker) =>
          worker.run().finally(() => {
            for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown()
          }),
        ),
      )
    } finally {
      this.#workers = []
    }
  }

  #queues(): WorkerOptions[] {
    const { activities, channels, outboundCalls, dataConverter, gatewayHost, namespace, operations } =
      this.#options
    const shared = {
      namespace,
      identity: `gateway-${gatewayHost}`,
      // A cancelled call must end within a second, and cancellation comes with a heartbeat's answer.
      maxHeartbeatThrottleInterval: '1s',
      defaultHeartbeatThrottleInterval: '1s',
      shutdownGraceTime: '1s',
      shutdownForceTime: '5s',
      ...(dataConverter === undefined ? {} : { dataConverter }),
    } as const
    const { holdLeg, ...ofLegs } = activities
    return [
      {
        ...shared,
        activities: { holdLeg },
        taskQueue: gatewayLegsQueue(gatewayHost),
        // Who is answered has a channel already. An attempt that was given up keeps its slot until the next one
        // has come: with all channels in use that one needs a slot of its own.
        maxConcurrentActivityTaskExecutions: 2 * channels,
      },
      {
        ...shared,
        activities: { holdLeg },
        taskQueue: TASK_QUEUES.legs,
        maxConcurrentActivityTaskExecutions: channels,
      },
      {
        ...shared,
        activities: { holdLeg },
        taskQueue: TASK_QUEUES.outboundLegs,
        maxConcurrentActivityTaskExecutions: outboundCalls,
      },
      {
        ...shared,
        activities: { ...ofLegs, ...operations },
        taskQueue: gatewayQueue(gatewayHost),
        maxConcurrentActivityTaskExecutions: 2 * channels,
      },
    ]
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RECONNECT_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
