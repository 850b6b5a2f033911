/** What the model may ask for on a call or in a chat thread, carried out exactly once. */
import { CancellationScope, sleep } from '@temporalio/workflow'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import { missingFields } from '../domain/order.ts'
import { HAND_OVER } from '../domain/person-transfer.ts'
import { NOT_UNDERSTOOD } from '../domain/talk-misses.ts'
import * as intake from './order-intake-tools.ts'
import * as service from './order-service-tools.ts'
import { toldFields } from './order-tool-arguments.ts'
import { type OrderToolContext, type ToldAt, type ToolRun, told } from './order-tool-context.ts'

export { type OrderToolContext, type OrderToolState, type ToldAt, toolContext } from './order-tool-context.ts'

/** The customer waits: a tool that takes longer is told to the model as under way, and goes on. */
const WAIT_MS = 6_000
const UNDER_WAY =
  'not done yet: our system is slow and goes on trying. Tell the caller that it is noted and that a text message follows.'

const TOOLS: Readonly<Record<string, (run: ToolRun) => Promise<ToolResult>>> = {
  set_order_fields: intake.setOrderFields,
  confirm_order: intake.confirmOrder,
  look_up_order: service.lookUpOrder,
  send_photo_link: service.sendPhotoLink,
  report_problem: service.reportProblem,
  cancel_order: service.cancelOrder,
  same_order: service.sameOrder,
  [HAND_OVER]: service.handOver,
  [NOT_UNDERSTOOD]: async ({ call }) => told(call, true, ASK_AGAIN, false),
  end_call: async ({ call }) => told(call, true, 'the call ends', false),
}

const ASK_AGAIN = 'noted. Ask again in other words; a person is offered by the system when it happens again.'

/** Once an order is placed nobody is owed a call because of these. */
const INTAKE: ReadonlySet<string> = new Set(['set_order_fields', 'confirm_order'])
/** For the colleague who calls. */
const FAILED_REQUEST = '요청을 시스템에서 처리하지 못했습니다.'

/** Carries out tools one after another, however long one takes: what was told first is stored first. */
export class OrderTools {
  readonly #context: OrderToolContext
  #work: Promise<unknown> = Promise.resolve()

  constructor(context: OrderToolContext) {
    this.#context = context
  }

  /** In the order in which they were asked for. Never throws: a failure is a result. */
  async run(calls: readonly ToolCall[], toldAt: ToldAt): Promise<readonly ToolResult[]> {
    const running = calls.map((call) => ({ call, result: this.#queue(call, toldAt) }))
    const limit = new CancellationScope()
    const timeUp = limit
      .run(() => sleep(WAIT_MS, { summary: '도구 대기' }))
      .then(
        () => null,
        () => null,
      )
    const results: ToolResult[] = []
    for (const { call, result } of running) {
      results.push((await Promise.race([result, timeUp])) ?? this.#underWay(call))
    }
    limit.cancel()
    return results
  }

  /** Resolves once everything that was asked for is done or given up. */
  async finished(): Promise<void> {
    await this.#work
  }

  /** What was told of a new order counts as told: it will be stored, and nobody is asked for it twice. */
  #underWay(call: ToolCall): ToolResult {
    const { state } = this.#context
    if (call.name !== 'set_order_fields' || intake.isEdit(call, state)) {
      return told(call, false, UNDER_WAY, true)
    }
    const fields = Object.entries(toldFields(call, null)).map(([field, { value }]) => [field, value])
    state.order = { ...state.order, ...Object.fromEntries(fields) }
    const missing = missingFields(state.order)
    return told(call, true, JSON.stringify({ ok: true, missing, problems: [] }), false)
  }

  #queue(call: ToolCall, toldAt: ToldAt): Promise<ToolResult> {
    const context = this.#context
    const run = { call, toldAt, context, key: `${context.workflowId}:${call.id}` }
    const result = this.#work.then(() => runTool(run))
    this.#work = result
    return result
  }
}

async function runTool(run: ToolRun): Promise<ToolResult> {
  const { call, context } = run
  const offered = context.offered()
  const isOffered = offered === null || call.name === NOT_UNDERSTOOD || offered.includes(call.name)
  const tool = isOffered && Object.hasOwn(TOOLS, call.name) ? TOOLS[call.name] : undefined
  if (tool === undefined) return told(call, false, 'there is no such tool', false)
  try {
    return await tool(run)
  } catch {
    const { state } = context
    state.callBackPromised = true
    if (!INTAKE.has(call.name)) state.service = { ...state.service, handedOver: FAILED_REQUEST }
    return told(
      call,
      false,
      'not done: our system refused it. Apologise and say that a colleague will call.',
      true,
    )
  }
}
