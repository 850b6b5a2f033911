/** Tickets in a server that skips time, with the outside world scripted. */
import { randomBytes } from 'node:crypto'
import { type WorkflowHandleWithFirstExecutionRunId, WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure, type Duration } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import { makeOrderNo, ticketWorkflowId } from '../../domain/ids.ts'
import type { OrderFields } from '../../domain/order.ts'
import type { OrderPolicy } from '../../domain/order-policy.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { addSearchAttributes, newTicketAttributes } from '../../temporal/search-attributes.ts'
import type { ticket } from '../../workflows/ticket.ts'
import {
  confirmByCustomer,
  confirmPayment,
  openPayment,
  setFields,
  TICKET_REVISION,
  TICKET_WORKFLOW,
  type TicketInput,
} from '../../workflows/ticket-messages.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { endWithChildren, settled } from '../support/workflow-rest.ts'
import { quietRuntime } from './quiet-runtime.ts'
import { expectToReplay } from './replayed.ts'
import { Outside } from './ticket-outside.ts'

export interface TicketRunForTest {
  readonly handle: WorkflowHandleWithFirstExecutionRunId<typeof ticket>
  readonly outside: Outside
}

/** Makes a server know our search attributes. @param create called once the runtime is quiet. */
export async function prepareEnvironment(
  create: () => Promise<TestWorkflowEnvironment>,
): Promise<TestWorkflowEnvironment> {
  quietRuntime()
  const env = await create()
  await addSearchAttributes(env.connection, 'default')
  return env
}

export interface TicketOptions {
  readonly policy?: Partial<OrderPolicy>
  readonly input?: Partial<TicketInput>
  /** Other workflow code, e.g. with calls whose outcome is scripted. */
  readonly workflowBundle?: WorkflowBundleWithSourceMap
  /** Instead of those of `Outside`, or beside them. */
  readonly activities?: object
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** Runs a worker with a ticket while `body` acts on it; the worker ends with it. */
export async function withTicket<Result>(
  env: TestWorkflowEnvironment,
  body: (run: TicketRunForTest) => Promise<Result>,
  options: TicketOptions = {},
): Promise<Result> {
  bundle ??= bundleWorkflows()
  const workflowBundle = options.workflowBundle ?? (await bundle)
  const outside = new Outside()
  const taskQueue = `tickets-${randomBytes(6).toString('hex')}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: { ...outside.activities(), ...options.activities },
  })
  return worker.runUntil(async () => {
    const [a = 0, b = 0, c = 0, d = 0] = randomBytes(4)
    const orderNo = makeOrderNo('261121', [a / 256, b / 256, c / 256, d / 256])
    const input: TicketInput = {
      orderNo,
      channel: 'phone',
      callId: null,
      customerPhone: '01012345678',
      policy: { ...POLICY, ...options.policy },
      revision: TICKET_REVISION,
      ...options.input,
    }
    const handle = await env.client.workflow.start<typeof ticket>(TICKET_WORKFLOW, {
      workflowId: ticketWorkflowId(orderNo),
      taskQueue,
      typedSearchAttributes: newTicketAttributes(orderNo),
      args: [input],
    })
    try {
      const result = await body({ handle: polite(handle), outside })
      await expectToReplay(env, handle.workflowId, workflowBundle)
      return result
    } finally {
      await endWithChildren(env, handle.workflowId)
    }
  })
}

/** Updates wait until the ticket is settled: see `settled`. */
function polite<Handle extends TicketRunForTest['handle']>(handle: Handle): Handle {
  return new Proxy(handle, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (name !== 'executeUpdate' || typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        await settled(target)
        return Reflect.apply(member, target, args)
      }
    },
  })
}

/** The customer tells everything and agrees. */
export async function order(
  { handle }: TicketRunForTest,
  fields: Partial<OrderFields> = ORDER,
): Promise<void> {
  await handle.executeUpdate(setFields, {
    args: [{ fields, evidence: {}, actor: 'ai', channel: 'phone' }],
  })
  // The server that skips time may lose what crosses with continuing as new.
  await settled(handle)
  await handle.executeUpdate(confirmByCustomer, { args: [{ actor: 'customer' }] })
}

/** The customer opens the link and pays. */
export async function pay({ handle }: TicketRunForTest) {
  await settled(handle)
  const opened = await handle.executeUpdate(openPayment)
  const paymentKey = opened.checkoutUrl?.split('/').at(-1) ?? ''
  await settled(handle)
  return handle.executeUpdate(confirmPayment, { args: [{ paymentKey, amount: 80_000 }] })
}

/** Skips time in small steps until the screens show it. */
export async function until(
  env: TestWorkflowEnvironment,
  { handle, outside }: TicketRunForTest,
  shown: () => boolean,
  step: Duration = '5s',
): Promise<void> {
  for (let i = 0; i < 200 && !shown(); i++) await env.sleep(step)
  if (!shown()) throw new Error(`never shown; the timeline is ${outside.kinds.join(' ')}`)
  await settled(handle)
}
export const untilIssue = (env: TestWorkflowEnvironment, run: TicketRunForTest, step?: Duration) =>
  until(env, run, () => run.outside.latest?.ticket.issue !== null, step)
export const untilSubState = (env: TestWorkflowEnvironment, run: TicketRunForTest, subState: string) =>
  until(env, run, () => run.outside.latest?.ticket.subState === subState)

/** The code with which an update is refused. */
export async function refusal(update: Promise<unknown>): Promise<unknown> {
  const error = await update.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error(`not refused: ${error}`)
  return error.cause instanceof ApplicationFailure ? error.cause.details?.[0] : error.cause
}
