/** The client package: its types fit the API, it is built into plain JavaScript, and refusals are told. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiDocument } from '../../api/routes/documents.ts'
import { createdApiKeySchema } from '../../api/schemas/api-keys.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import { createDaeriClient, DaeriError } from '../../client/index.ts'
import { fingerprintOf, keyDocument } from '../../scripts/client/key-document.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { createTestDatabase } from '../support/postgres.ts'

const run = promisify(execFile)
let api: TestApi
let server: ApiServer
let apiKey: string
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
  const json = { name: 'package', scopes: ['outbound:read', 'outbound:write'] }
  const made = await api.ask('POST', '/api/api-keys', { cookie: api.cookies.admin, json })
  apiKey = createdApiKeySchema.parse(await made.json()).secret
})
afterAll(async () => {
  await server?.stop()
  await api?.close()
})

const url = () => `http://127.0.0.1:${server.port}`

test('its types are those of the API: if not, run `npm run client:types` beside a running system', () => {
  const [head = ''] = readFileSync('client/generated/api.ts', 'utf8').split('\n')
  const document = keyDocument(openApiDocument(api.app))
  expect(head).toContain(`document ${fingerprintOf(document)}.`)
})

describe('a program', () => {
  test('asks for what its key may see', async () => {
    const { data } = await createDaeriClient({ url: url(), apiKey }).GET('/api/outbound/options')
    expect(data?.caller_numbers).toBeInstanceOf(Array)
  })

  test('is told which fields are wrong, and whether trying again helps', async () => {
    const client = createDaeriClient({ url: url(), apiKey })
    const body = { caller_number: '1', callee_number: '2', purpose: '', questions: [] }
    const refusal = await client.POST('/api/outbound/', { body }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DaeriError)
    expect(refusal).toMatchObject({ status: 422, retryable: false })
    const paths = refusal instanceof DaeriError ? refusal.problem?.errors?.map(({ path }) => path) : []
    expect(paths).toContain('body.purpose')
  })

  test('with an unknown key, or behind a proxy that is down, is refused', async () => {
    const unknown = createDaeriClient({ url: url(), apiKey: 'dk_unknown' })
    await expect(unknown.GET('/api/outbound/options')).rejects.toMatchObject({ status: 401 })
    const down = async () => new Response('<h1>Bad gateway</h1>', { status: 502 })
    const behind = createDaeriClient({ url: url(), apiKey, fetch: down })
    await expect(behind.GET('/api/outbound/options')).rejects.toMatchObject({
      status: 502,
      problem: null,
      retryable: true,
    })
  })
})

test('built, it is plain JavaScript that any program imports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daeri-client-'))
  try {
    await run(resolve('node_modules/.bin/tsc'), ['-p', 'client/tsconfig.json', '--outDir', folder])
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(
      join(folder, 'program.js'),
      `import { createDaeriClient } from './index.js'
       const client = createDaeriClient({ url: process.argv[2], apiKey: process.argv[3] })
       console.log(JSON.stringify((await client.GET('/api/outbound/stats')).data))`,
    )
    const { stdout } = await run(process.execPath, [join(folder, 'program.js'), url(), apiKey])
    expect(JSON.parse(stdout)).toBeTypeOf('object')
    expect(readFileSync(join(folder, 'index.d.ts'), 'utf8')).toContain('createDaeriClient')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the part for programs is the same in whatever order routes are added, and has all it refers to', () => {
  const operation = (...references: string[]) => ({
    security: [{ session: [] }, { key: [] }],
    responses: references.map((name) => ({ $ref: `#/components/schemas/${name}` })),
  })
  const schemas = {
    A: { properties: { b: { $ref: '#/components/schemas/B' } } },
    B: { items: { $ref: '#/components/schemas/A' } },
    C: {},
  }
  const forPeople = { post: { security: [{ session: [] }], responses: ['C'] } }
  const one = keyDocument({
    paths: { '/a': { get: operation('A') }, '/b': forPeople },
    components: { schemas },
  })
  const other = keyDocument({
    paths: { '/b': forPeople, '/a': { get: operation('A') } },
    components: { schemas: { C: schemas.C, B: schemas.B, A: schemas.A } },
  })
  expect(other).toEqual(one)
  expect(fingerprintOf(other)).toBe(fingerprintOf(one))
  expect(one).toMatchObject({ components: { schemas: { A: {}, B: {} } } })
  expect(JSON.stringify(one)).not.toContain('"C"')
})
