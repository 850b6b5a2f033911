/** Whom people of ours reach by what they dial. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAgentCallActivities } from '../../activities/agent-calls.ts'
import { createCallActivities } from '../../activities/calls.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { encryptText, phoneHash } from '../../db/encryption.ts'
import { extensionOf } from '../../db/queries/agent-phones.ts'
import { makeCallId } from '../../domain/ids.ts'
import { type GatewayHost, openGatewayHost } from '../api/gateway-hosts.ts'
import { createTestDatabase } from '../support/postgres.ts'

const KEY = '1'.repeat(64)
const SECRET = 'a secret of sixteen letters'
const company = { name: '대리 화환', phone: '15880000' }
const prices = { models: {}, recognitionUsdPerHour: 0, voiceUsdPerMillion: 0, wonPerUsd: 1 }

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
let gateway: GatewayHost
let extensions: { readonly lee: string; readonly park: string }
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = createDatabase(testDatabase.url)
  gateway = await openGatewayHost('near', SECRET)
  for (const [id, name] of [
    ['lee', '이상담'],
    ['park', '박상담'],
  ] as const)
    await database
      .insertInto('auth_users')
      .values({ id, name, email: `${id}@example.com`, email_verified: true })
      .execute()
  extensions = { lee: await extensionOf(database, 'lee'), park: await extensionOf(database, 'park') }
})
afterAll(async () => {
  await gateway?.close()
  await database?.destroy()
  await testDatabase?.drop()
})

const find = (dialled: string, extension = extensions.lee) =>
  createAgentCallActivities({
    database,
    settings: {
      gateways: [gateway.address],
      secret: SECRET,
      company,
      agentCalls: { allowed: ['0', '1'], forbidden: ['00'], recorded: true },
    },
  }).findDialTarget({ extension, dialled })

test('who dials is known by their telephone; a telephone of nobody in particular by its number', async () => {
  expect(await find('01098765432')).toEqual({
    agent: { personId: 'lee', personName: '이상담' },
    target: { kind: 'outside', number: '01098765432' },
    companyPhone: '15880000',
    isRecorded: true,
  })
  expect((await find('01098765432', '07012345678')).agent).toEqual({
    personId: null,
    personName: '07012345678',
  })
})

test('a colleague is found at the gateway where their telephone is registered', async () => {
  expect((await find(extensions.park)).target).toEqual({ kind: 'refused', sipCode: 480 })
  gateway.phones.add(extensions.park)
  expect((await find(extensions.park)).target).toEqual({
    kind: 'phone',
    extension: extensions.park,
    gatewayHost: 'near',
    personId: 'park',
    personName: '박상담',
  })
  gateway.phones.add('777')
  expect((await find('777')).target).toMatchObject({ kind: 'phone', personId: null, personName: '777' })
})

test.each([
  ['119', { kind: 'outside', number: '119' }],
  ['8888', { kind: 'refused', sipCode: 404 }],
  ['001 1 555 123 4567', { kind: 'refused', sipCode: 403 }],
  ['', { kind: 'refused', sipCode: 404 }],
])('"%s" leads to %o', async (dialled, target) => {
  expect((await find(dialled)).target).toEqual(target)
})

test('the record of such a call names who made it, and the customer where the number is one’s', async () => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company,
    order: { priceWon: 80_000 },
    prices,
  })
  await database
    .insertInto('customers')
    .values({
      phone: encryptText('01098765432', KEY),
      phone_hash: phoneHash('01098765432', KEY),
      phone_tail: '5432',
    })
    .execute()
  const record = async (hex: string, toNumber: string) => {
    const callId = makeCallId(hex)
    await calls.recordCall({
      callId,
      workflowId: `agent-${callId}`,
      direction: 'outbound',
      fromNumber: '15880000',
      toNumber,
      calledAt: '2026-11-21T05:00:00.000Z',
      answeredAt: null,
      placedBy: { personId: 'lee', personName: '이상담' },
    })
    return database
      .selectFrom('call_records')
      .leftJoin('customers', 'customers.id', 'call_records.customer_id')
      .select(['direction', 'placed_by', 'placed_by_name', 'phone_tail'])
      .where('call_id', '=', callId)
      .executeTakeFirst()
  }
  const placed = { direction: 'outbound', placed_by: 'lee', placed_by_name: '이상담' }
  expect(await record('000000000001', '01098765432')).toEqual({ ...placed, phone_tail: '5432' })
  expect(await record('000000000002', '0311234567')).toEqual({ ...placed, phone_tail: null })
})
