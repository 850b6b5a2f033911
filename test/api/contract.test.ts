/** Every operation of the OpenAPI document: without a session, with nonsense, and as it should be. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ApiProblem } from '../../api/problems.ts'
import { openApiDocument } from '../../api/routes/documents.ts'
import { smsThread } from '../../api/webhooks/chat-addresses.ts'
import { openChatMessage } from '../../db/queries/chat-outgoing.ts'
import { noteDraftTried, releaseDraft, saveDraft } from '../../db/queries/flows.ts'
import type { FlowName } from '../../domain/flow-content.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import type { CallId } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import type { TrialView } from '../../workflows/flow-trial-messages.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { callLawExamples } from './call-law-examples.ts'
import { campaignExamples } from './campaign-examples.ts'
import { type GatewayHost, openGatewayHost } from './gateway-hosts.ts'
import { ScriptedCampaigns } from './scripted-campaigns.ts'
import { ScriptedChats } from './scripted-chats.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import {
  CUSTOMER_PHONE,
  nextCallId,
  seedCall,
  seedCapture,
  seedMessage,
  seedMoney,
  seedOutbound,
  seedPayment,
  seedPurchaseOrder,
  seedSignalling,
  seedThread,
  seedTicket,
} from './seed.ts'
import { type AskOptions, createTestApi, OWNER, type TestApi } from './test-api.ts'

const TRIAL: TrialView = {
  lines: [{ speaker: 'ai', text: '안녕하세요.', tools: [], fault: false }],
  order: EMPTY_ORDER,
  placed: false,
  end: null,
}
const COMPANY_PHONE = '15880000'
const tickets = new ScriptedTickets()
const outbound = new ScriptedOutbound()
const campaigns = new ScriptedCampaigns()
let api: TestApi
let gateway: GatewayHost
/** By "METHOD path": a request that has to succeed. */
let examples: Record<string, { path: string; options?: AskOptions }>
let document: ReturnType<typeof openApiDocument>

interface Operation {
  readonly key: string
  readonly method: string
  readonly path: string
  readonly operation: NonNullable<NonNullable<(typeof document)['paths']>[string]['get']>
}

beforeAll(async () => {
  gateway = await openGatewayHost('gateway-1', 'a secret of the api tests')
  api = await createTestApi(await createTestDatabase(), {
    environment: { MEDIA_GATEWAYS: gateway.address },
    calls: { join: async () => {}, leave: async () => {}, setRecording: async () => {} },
    outbound,
    campaigns,
    tickets,
    trials: {
      open: async () => TRIAL,
      say: async (trialId) => {
        if (trialId.endsWith('000')) throw new ApiProblem('not_found', 'There is no such trial.')
        return TRIAL
      },
    },
    chats: new ScriptedChats(),
    money: { reconcile: async () => {}, tellOfReturn: async () => {} },
  })
  outbound.writesTo(api)
  campaigns.writesTo(api)
  document = openApiDocument(api.app)
  const ticket = await seedTicket(api, { stage: 'issue' })
  const { orderNo } = ticket.data
  await seedPayment(api, orderNo)
  await seedMessage(api, orderNo)
  await seedPurchaseOrder(api, orderNo)
  const thread = smsThread(CUSTOMER_PHONE, api.settings.dataKey)
  await seedThread(api, orderNo, thread)
  const message = { key: 'written', threadId: thread.threadId, orderNo, author: 'ai', body: '확인했습니다.' }
  await openChatMessage(api.database, api.settings.dataKey, message, { channel: 'sms', to: CUSTOMER_PHONE })
  const callId = await seedCall(api, { orderNo, recording: Buffer.alloc(44 + 64) })
  const signalled = await seedSignalling(api)
  const liveId = (await seedCall(api, { callId: nextCallId(), state: 'live' })) as CallId
  const live = `/api/calls/${liveId}`
  gateway.calls.add(liveId)
  seedCapture(gateway.dataDir, api.settings.dataKey, signalled)
  const phone = await api.ask('POST', '/api/softphone/credentials', { cookie: api.cookies.admin })
  gateway.phones.add(((await phone.json()) as { extension: string }).extension)
  tickets.onOpen = (opened) => seedTicket(api, { stage: 'incomplete', orderNo: opened })
  const money = await seedMoney(api)
  const asked = {
    over: await seedOutbound(api, { state: 'completed' }),
    unreached: await seedOutbound(api, { state: 'no_answer' }),
    waiting: await seedOutbound(api, { state: 'queued' }),
    talking: await seedOutbound(api, { state: 'connected' }),
  }
  const person = {
    email: 'seojun@example.com',
    password: 'a first password',
    name: '박서준',
    role: 'agent',
  } as const
  await api.deps.signIn.createPerson(person)
  const { id: templateId } = await api.database
    .insertInto('outbound_templates')
    .values({
      name: '확인',
      purpose: '확인',
      questions: ['참석 가능 여부'],
      changed_by: OWNER.email,
      changed_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: deliveryId } = await api.database
    .insertInto('webhook_deliveries')
    .values({
      kind: 'outbound_result',
      subject_id: 'ob-0123abcd',
      subject_version: 1,
      state: 'dead',
      created_at: new Date(),
      next_try_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: apiKeyId } = await api.database
    .insertInto('api_keys')
    .values({
      name: 'crm',
      key_hash: 'of no key',
      hint: 'dk_AAAAA',
      scopes: ['outbound:read'],
      created_by: OWNER.email,
      created_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: accountId } = await api.database
    .selectFrom('auth_users')
    .select('id')
    .where('email', '=', person.email)
    .executeTakeFirstOrThrow()
  const revision = await triedDraft('order_call')
  await releaseDraft(api.database, { flow: 'order_call', revision, by: 'Owner', reason: '처음' })
  const asTicket = `/api/tickets/${orderNo}`
  const asIssue = `/api/issues/${ticket.data.issue?.id}`
  examples = {
    'GET /api/me': { path: '/api/me' },
    'GET /api/morning': { path: '/api/morning?date=2026-11-21' },
    'GET /api/people': { path: '/api/people' },
    'GET /api/accounts': { path: '/api/accounts' },
    'POST /api/accounts': {
      path: '/api/accounts',
      options: { json: { email: 'sujin@example.com', name: '이수진', role: 'agent' } },
    },
    'PATCH /api/accounts/{account_id}': {
      path: `/api/accounts/${accountId}`,
      options: { json: { name: '박서준', role: 'admin', blocked: false } },
    },
    'POST /api/accounts/{account_id}/password': { path: `/api/accounts/${accountId}/password` },
    'GET /api/outbound-templates': { path: '/api/outbound-templates' },
    'POST /api/outbound-templates': {
      path: '/api/outbound-templates',
      options: { json: { name: '미팅', purpose: '{날짜} 미팅 확인', questions: ['참석 가능 여부'] } },
    },
    'DELETE /api/outbound-templates/{template_id}': { path: `/api/outbound-templates/${templateId}` },
    'GET /api/webhook-deliveries': { path: '/api/webhook-deliveries' },
    'POST /api/webhook-deliveries/{delivery_id}/resend': {
      path: `/api/webhook-deliveries/${deliveryId}/resend`,
    },
    'GET /api/api-keys': { path: '/api/api-keys' },
    'POST /api/api-keys': {
      path: '/api/api-keys',
      options: { json: { name: 'shop', scopes: ['outbound:read'] } },
    },
    'DELETE /api/api-keys/{key_id}': { path: `/api/api-keys/${apiKeyId}` },
    'GET /api/tickets': { path: '/api/tickets?state=issue&q=김철수&limit=1' },
    'GET /api/tickets/board': { path: '/api/tickets/board?sort=deliver_by&attention=true' },
    'GET /api/tickets/board/totals': { path: '/api/tickets/board/totals?q=김철수' },
    'POST /api/tickets/bulk': {
      path: '/api/tickets/bulk',
      options: { json: { order_nos: [orderNo], action: { action: 'retry_step' } } },
    },
    'GET /api/board/filters': { path: '/api/board/filters' },
    'POST /api/board/filters': {
      path: '/api/board/filters',
      options: { json: { name: '오늘 밤', search: { deliver: 'tonight' } } },
    },
    // The one that the example before it has saved.
    'DELETE /api/board/filters/{id}': { path: '/api/board/filters/1' },
    'GET /api/tickets/{order_no}': { path: asTicket },
    'POST /api/tickets': {
      path: '/api/tickets',
      options: { json: { customer_phone: '010-1234-5678', fields: { orderer: '한빛' } } },
    },
    'POST /api/tickets/{order_no}/actions': {
      path: `${asTicket}/actions`,
      options: { json: { action: 'retry_step' } },
    },
    'POST /api/tickets/{order_no}/reveal': {
      path: `${asTicket}/reveal`,
      options: { json: { reason: '기사님이 전화를 원하심' } },
    },
    'GET /api/tickets/{order_no}/issues': { path: `${asTicket}/issues` },
    'GET /api/issues': { path: '/api/issues?kind=admin_required&assignee=none' },
    'GET /api/issues/counts': { path: '/api/issues/counts' },
    'GET /api/issues/{issue_id}': { path: asIssue },
    'PATCH /api/issues/{issue_id}': { path: asIssue, options: { json: { assignee: OWNER.email } } },
    'POST /api/issues/{issue_id}/comments': {
      path: `${asIssue}/comments`,
      options: { json: { text: '업체와 통화함' } },
    },
    'POST /api/issues/{issue_id}/acknowledge': { path: `${asIssue}/acknowledge` },
    'POST /api/tickets/{order_no}/link': { path: `${asTicket}/link`, options: { json: { action: 'send' } } },
    'POST /api/tickets/{order_no}/messages': {
      path: `${asTicket}/messages`,
      options: { json: { text: '안녕하세요, 상담원입니다.' } },
    },
    'POST /api/tickets/{order_no}/threads/{thread_id}/take-over': {
      path: `${asTicket}/threads/${thread.threadId}/take-over`,
      options: { json: { taken: true } },
    },
    'GET /api/threads': { path: '/api/threads?channel=sms&state=handed&limit=1' },
    'GET /api/threads/counts': { path: '/api/threads/counts' },
    'GET /api/threads/{thread_id}': { path: `/api/threads/${thread.threadId}?limit=1` },
    'POST /api/threads/{thread_id}/messages': {
      path: `/api/threads/${thread.threadId}/messages`,
      options: { json: { text: '안녕하세요, 상담원입니다.' } },
    },
    'POST /api/threads/{thread_id}/take-over': {
      path: `/api/threads/${thread.threadId}/take-over`,
      options: { json: { taken: true } },
    },
    'GET /api/payments/deposits': { path: '/api/payments/deposits?limit=1' },
    'POST /api/payments/deposits/{id}/match': {
      path: `/api/payments/deposits/${money.toMatch}/match`,
      options: { json: { order_no: money.waiting } },
    },
    'POST /api/payments/deposits/{id}/settle': {
      path: `/api/payments/deposits/${money.toReturn}/settle`,
      options: { json: { status: 'returned', note: '이체 확인 1' } },
    },
    'GET /api/payments/returns': { path: '/api/payments/returns' },
    'POST /api/payments/returns/{id}/account': {
      path: `/api/payments/returns/${money.due}/account`,
      options: { json: { reason: '환불 송금' } },
    },
    'POST /api/payments/returns/{id}/returned': {
      path: `/api/payments/returns/${money.due}/returned`,
      options: { json: { note: '이체 확인 2' } },
    },
    'GET /api/payments/reconciliation': { path: '/api/payments/reconciliation' },
    'POST /api/payments/reconciliation': { path: '/api/payments/reconciliation' },
    'GET /api/settlement': { path: '/api/settlement?period=week' },
    'GET /api/settlement/export': { path: '/api/settlement/export?lang=en' },
    'GET /api/settlement/statements': { path: '/api/settlement/statements' },
    'POST /api/softphone/credentials': { path: '/api/softphone/credentials' },
    'POST /api/settlement/statements': {
      path: '/api/settlement/statements?vendor=erp&from=2026-11-01&to=2026-11-30&file_name=11.csv',
      options: {
        body: '참조번호,금액\r\nA-1,40000',
        headers: { 'content-type': 'application/octet-stream' },
      },
    },
    // The one that the example before it has kept.
    'GET /api/settlement/statements/{id}': { path: '/api/settlement/statements/1' },
    'GET /api/settlement/statements/{id}/export': { path: '/api/settlement/statements/1/export' },
    'GET /api/calls': { path: '/api/calls' },
    'GET /api/calls/{call_id}': { path: `/api/calls/${callId}` },
    'GET /api/calls/{call_id}/recording': { path: `/api/calls/${callId}/recording` },
    'GET /api/calls/{call_id}/signalling': { path: `/api/calls/${signalled}/signalling` },
    'GET /api/calls/{call_id}/signalling.pcap': { path: `/api/calls/${signalled}/signalling.pcap` },
    'GET /api/softphone/colleagues': { path: '/api/softphone/colleagues' },
    'GET /api/calls/{call_id}/capture': { path: `/api/calls/${signalled}/capture` },
    'GET /api/calls/{call_id}/capture.pcap': { path: `/api/calls/${signalled}/capture.pcap` },
    'POST /api/calls/{call_id}/capture/start': {
      path: `${live}/capture/start`,
      options: { json: { with_sound: true } },
    },
    'POST /api/calls/{call_id}/capture/stop': { path: `${live}/capture/stop` },
    'POST /api/calls/{call_id}/listen': { path: `${live}/listen` },
    'POST /api/calls/{call_id}/whisper': { path: `${live}/whisper` },
    'POST /api/calls/{call_id}/take-over': { path: `${live}/take-over` },
    'POST /api/calls/{call_id}/leave': { path: `${live}/leave` },
    'POST /api/calls/{call_id}/recording/pause': { path: `${live}/recording/pause` },
    'POST /api/calls/{call_id}/recording/resume': { path: `${live}/recording/resume` },
    'POST /api/outbound/': {
      path: '/api/outbound/',
      options: {
        json: {
          caller_number: COMPANY_PHONE,
          callee_number: '010-2222-3333',
          purpose: '미팅 확인',
          questions: ['참석 가능 여부'],
        },
      },
    },
    'GET /api/outbound/': { path: '/api/outbound/?state=queued&limit=1' },
    'GET /api/outbound/active': { path: '/api/outbound/active' },
    'GET /api/outbound/stats': { path: '/api/outbound/stats' },
    'GET /api/outbound/options': { path: '/api/outbound/options' },
    'GET /api/outbound/export': { path: '/api/outbound/export' },
    'GET /api/outbound/{outbound_id}': { path: `/api/outbound/${asked.over}` },
    'GET /api/outbound/{outbound_id}/result': { path: `/api/outbound/${asked.over}/result` },
    'POST /api/outbound/{outbound_id}/cancel': {
      path: `/api/outbound/${asked.waiting}/cancel`,
      options: { json: { reason: '먼저 연락이 옴' } },
    },
    'POST /api/outbound/{outbound_id}/transfer': {
      path: `/api/outbound/${asked.talking}/transfer`,
      options: { json: { to: 'desk', mode: 'warm', reason: '담당자를 찾음' } },
    },
    'GET /api/transfers': { path: '/api/transfers?limit=1' },
    'GET /api/transfers/stats': { path: '/api/transfers/stats' },
    'GET /api/transfers/mine': { path: '/api/transfers/mine' },
    'POST /api/outbound/{outbound_id}/retry': { path: `/api/outbound/${asked.unreached}/retry` },
    ...(await campaignExamples(api, COMPANY_PHONE)),
    ...(await callLawExamples(api)),
    'GET /api/gateways': { path: '/api/gateways' },
    'GET /api/vendors': { path: '/api/vendors' },
    'POST /api/vendors': {
      path: '/api/vendors',
      options: {
        json: { name: '한마음 플라워', methods: ['api', 'phone'], phone: '031-222-3333', cost: 39_000 },
      },
    },
    // The one that the settings describe.
    'PATCH /api/vendors/{id}': { path: '/api/vendors/1', options: { json: { methods: ['browser', 'api'] } } },
    'GET /api/flows': { path: '/api/flows' },
    'GET /api/flows/{flow}': { path: '/api/flows/order_call' },
    'GET /api/flows/{flow}/versions/{version}': { path: '/api/flows/order_call/versions/0' },
    'PATCH /api/flows/{flow}/draft': {
      path: '/api/flows/vendor_order/draft',
      options: { json: { content: SHIPPED_FLOWS.vendor_order, revision: null } },
    },
    'POST /api/flows/{flow}/draft/release': {
      path: '/api/flows/order_chat/draft/release',
      options: { json: { revision: await triedDraft('order_chat'), reason: '처음' } },
    },
    'POST /api/flows/{flow}/draft/discard': {
      path: '/api/flows/issue_alarm/draft/discard',
      options: { json: { revision: await triedDraft('issue_alarm') } },
    },
    'POST /api/flows/{flow}/trials': {
      path: '/api/flows/order_call/trials',
      options: { json: { version: 0 } },
    },
    'POST /api/flow-trials/{trial_id}/messages': {
      path: '/api/flow-trials/trial-0123456789ab/messages',
      options: { json: { text: '화환이요' } },
    },
    'POST /api/flows/{flow}/releases': {
      path: '/api/flows/order_call/releases',
      options: { json: { version: 0, reason: '되돌림' } },
    },
    'GET /api/statistics/latency': { path: '/api/statistics/latency?by=day' },
    'GET /api/system': { path: '/api/system' },
    'GET /healthz': { path: '/healthz' },
    'GET /readyz': { path: '/readyz' },
  }
})
afterAll(async () => {
  await api.close()
  await gateway.close()
})

async function triedDraft(flow: FlowName): Promise<number> {
  const draft = { flow, content: SHIPPED_FLOWS[flow], revision: null, by: 'Owner' }
  const { revision } = await saveDraft(api.database, draft)
  await noteDraftTried(api.database, flow, revision)
  return revision
}

function operations(): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method]
      return operation === undefined
        ? []
        : [{ key: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation }]
    }),
  )
}

/** Files are sent as they are. */
const takesJson = ({ requestBody }: Operation['operation']): boolean =>
  requestBody !== undefined && 'content' in requestBody && 'application/json' in requestBody.content

/** The document's own schema as a check, references resolved within the document. */
function checkOf(schema: unknown): z.ZodType {
  const text = JSON.stringify({ ...(schema as object), $defs: document.components?.schemas ?? {} })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')))
}

describe('each operation of the OpenAPI document', () => {
  test('has an example here', () => {
    expect(
      operations()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(examples).sort())
  })

  test('answers its example as its schema says', async () => {
    for (const { key, method, operation } of operations()) {
      const example = examples[key]
      if (example === undefined) throw new Error(`no example for ${key}`)
      const response = await api.ask(method, example.path, { ...example.options, cookie: api.cookies.admin })
      const declared = operation.responses?.[String(response.status)]
      expect([key, response.status < 300, declared === undefined]).toEqual([key, true, false])
      if (declared === undefined || !('content' in declared)) continue
      const [type, media] = Object.entries<{ schema?: unknown }>(declared.content ?? {})[0] ?? []
      expect([key, response.headers.get('content-type')]).toEqual([key, expect.stringContaining(type ?? '')])
      if (type !== 'application/json') continue
      const parsed = checkOf(media?.schema).safeParse(await response.json())
      expect([key, parsed.error?.issues ?? []]).toEqual([key, []])
    }
  })

  test('wants a session unless it is declared public', async () => {
    for (const { key, method, operation } of operations()) {
      const example = examples[key]
      if (operation['x-permission'] === 'public') continue
      const response = await api.ask(method, example?.path ?? '', example?.options ?? {})
      expect([key, response.status, response.headers.get('content-type')]).toEqual([
        key,
        401,
        'application/problem+json',
      ])
    }
  })

  test('names the wrong fields of a body', async () => {
    for (const { key, method, operation } of operations()) {
      if (!takesJson(operation)) continue
      const options = { json: { action: 'dance', reason: 7 }, cookie: api.cookies.admin }
      const response = await api.ask(method, examples[key]?.path ?? '', options)
      const problem = problemCheck.parse(await response.json())
      expect([key, response.status, problem.code]).toEqual([key, 422, 'invalid_request'])
      expect(problem.errors?.every(({ path }) => path.startsWith('body'))).toBe(true)
      expect(problem.errors?.length).toBeGreaterThan(0)
    }
  })

  test('tells a body that is not JSON as such', async () => {
    for (const { key, method, operation } of operations()) {
      if (!takesJson(operation)) continue
      const headers = { 'content-type': 'application/json' }
      const options = { body: '{"action":', headers, cookie: api.cookies.admin }
      const response = await api.ask(method, examples[key]?.path ?? '', options)
      expect([key, response.status]).toEqual([key, 400])
    }
  })

  test('names a wrong parameter of the path', async () => {
    for (const { key, method, path } of operations()) {
      if (!path.includes('{')) continue
      const options = { ...examples[key]?.options, cookie: api.cookies.admin }
      const response = await api.ask(method, path.replace(/\{.+?\}/, 'nonsense'), options)
      const problem = problemCheck.parse(await response.json())
      expect([key, response.status, problem.errors?.[0]?.path]).toEqual([
        key,
        422,
        expect.stringMatching(/^param\./),
      ])
    }
  })

  test('answers 404 to an order or call that is not there', async () => {
    for (const { key, method, path } of operations()) {
      if (!path.includes('{')) continue
      const options = { ...examples[key]?.options, cookie: api.cookies.admin }
      const unknown = path
        .replace('{order_no}', '200101-ZZZZ')
        .replace('{call_id}', nextCallId())
        .replace('{thread_id}', 'chat-sms-000000000000')
        .replace('{id}', '9999')
        .replace('{flow}', 'no_flow')
        .replace('{version}', '0')
        .replace('{trial_id}', 'trial-000000000000')
        .replace('{issue_id}', '200101-ZZZZ-I1')
        .replace('{outbound_id}', 'ob-00000000')
        .replace('{campaign_id}', 'cp-00000000')
        .replace('{row_id}', '1')
        .replace('{template_id}', '2147483647')
        .replace('{delivery_id}', '2147483647')
        .replace('{key_id}', '2147483647')
        .replace('{entry_id}', '2147483647')
        .replace('{consent_id}', '2147483647')
        .replace('{account_id}', 'x'.repeat(32))
      expect([key, (await api.ask(method, unknown, options)).status]).toEqual([key, 404])
    }
  })

  test('shows no whole phone number but where it is revealed', async () => {
    for (const { key, method } of operations()) {
      if (key.endsWith('/reveal') || key.endsWith('/recording')) continue
      const example = examples[key]
      const response = await api.ask(method, example?.path ?? '', {
        ...example?.options,
        cookie: api.cookies.admin,
      })
      const digits = (await response.text()).replaceAll('-', '')
      expect([key, digits.includes(CUSTOMER_PHONE)]).toEqual([key, false])
    }
  })
})

const problemCheck = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

test('the check of answers is one', () => {
  expect(
    checkOf({ $ref: '#/components/schemas/Board' }).safeParse({ columns: [{ state: 'todo' }] }).success,
  ).toBe(false)
  expect(checkOf({ $ref: '#/components/schemas/Board' }).safeParse({ columns: [] }).success).toBe(true)
})

test('the documentation page shows every operation and loads nothing', async () => {
  const page = await (await api.ask('GET', '/api/docs')).text()
  for (const { path, operation } of operations()) {
    expect(page).toContain(path)
    expect(page).toContain(operation.summary)
  }
  expect(page).not.toMatch(/<script|src=|href="http/)
})
