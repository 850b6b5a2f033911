/** Recordings with ranges, photos, the web app and its policies, the codec server. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseRange } from '../../api/stored-files.ts'
import { CHUNK_SAMPLES, newRecordingKey, sealChunk } from '../../domain/recording-file.ts'
import { dataConverter } from '../../temporal/connection.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { nextCallId, PNG, seedCall, seedDelivery, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  api.ask('GET', path, { cookie: api.cookies.agent, headers })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('a recording of before they were encrypted', () => {
  const recording = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
  let path: string
  beforeAll(async () => {
    path = `/api/calls/${await seedCall(api, { recording })}/recording`
  })

  test('is served whole and in parts', async () => {
    const whole = await get(path)
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length')]).toEqual([
      200,
      'audio/wav',
      '1000',
    ])
    expect(await bytesOf(whole)).toEqual(recording)
    const part = await get(path, { range: 'bytes=100-199' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/1000'])
    expect(await bytesOf(part)).toEqual(recording.subarray(100, 200))
    expect(await bytesOf(await get(path, { range: 'bytes=-10' }))).toEqual(recording.subarray(990))
    expect(await bytesOf(await get(path, { range: 'bytes=990-' }))).toEqual(recording.subarray(990))
  })

  test('beyond its end there is nothing', async () => {
    expect((await get(path, { range: 'bytes=1000-' })).status).toBe(416)
  })

  test('that is known is not sent again, and a part of another version is the whole', async () => {
    const etag = (await get(path)).headers.get('etag') ?? ''
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304)
    const part = { range: 'bytes=0-9' }
    expect((await get(path, { ...part, 'if-range': etag })).status).toBe(206)
    expect((await get(path, { ...part, 'if-range': '"older"' })).status).toBe(200)
  })

  test('that was not made, or is lost, is not found', async () => {
    expect((await get(`/api/calls/${await seedCall(api)}/recording`)).status).toBe(404)
    const callId = await seedCall(api, { callId: nextCallId(), recording })
    rmSync(join(api.settings.dataDir, 'recordings', `${callId}.wav`))
    expect((await get(`/api/calls/${callId}/recording`)).status).toBe(404)
  })

  test('any range header gives a range within the file or none', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(2000), fc.nat(2000)).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(2000).map((n) => `bytes=-${n}`),
      fc.nat(2000).map((n) => `bytes=${n}-`),
    )
    fc.assert(
      fc.property(header, fc.nat(1500), (text, size) => {
        const range = parseRange(text, size)
        if (range === null || range === 'unsatisfiable') return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeLessThan(size)
        expect(range.start).toBeLessThanOrEqual(range.end)
      }),
    )
  })
})

describe('an encrypted recording', () => {
  const seconds = 3
  let path: string
  let file: string
  beforeAll(async () => {
    const callId = await seedCall(api, { recording: Buffer.alloc(1), extension: '.rec' })
    path = `/api/calls/${callId}/recording`
    file = join(api.settings.dataDir, 'recordings', `${callId}.rec`)
    const key = newRecordingKey('PCMU', api.settings.dataKey)
    const second = (code: number) => ({
      caller: new Uint8Array(CHUNK_SAMPLES).fill(code),
      ours: new Uint8Array(CHUNK_SAMPLES).fill(code + 1),
      paused: Array(50).fill(false),
    })
    const chunks = Array.from({ length: seconds }, (_, index) => sealChunk(key, index, second(10 * index)))
    writeFileSync(file, Buffer.concat([key.header, ...chunks]))
  })

  test('is played as WAV, whole and in parts', async () => {
    const whole = await get(path)
    const size = 44 + seconds * 32_000
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length')]).toEqual([
      200,
      'audio/wav',
      String(size),
    ])
    const wav = await bytesOf(whole)
    expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(40)]).toEqual(['RIFF', seconds * 32_000])
    const part = await get(path, { range: 'bytes=40000-70000' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 40000-70000/${size}`])
    expect((await bytesOf(part)).equals(wav.subarray(40_000, 70_001))).toBe(true)
    expect((await get(path, { range: `bytes=${size}-` })).status).toBe(416)
    const etag = whole.headers.get('etag') ?? ''
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304)
  })

  test('that is cut by a crash is played up to its last whole second', async () => {
    const stored = readFileSync(file)
    writeFileSync(file, stored.subarray(0, -5_000))
    expect((await get(path)).headers.get('content-length')).toBe(String(44 + (seconds - 1) * 32_000))
    writeFileSync(file, stored)
  })
})

describe('a photo', () => {
  test('is served to those who have signed in', async () => {
    const { orderNo } = (await seedTicket(api, { stage: 'paid' })).data
    const key = await seedDelivery(api, orderNo)
    const photo = await get(`/api/photos/${key}`)
    expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(await bytesOf(photo)).toEqual(PNG)
  })

  test.each(['../first-sign-in.txt', '..%2ffirst-sign-in.txt', '%2e%2e/first-sign-in.txt', '%00', '.', ''])(
    'is never a file outside its folder: %j',
    async (key) => {
      writeFileSync(join(api.settings.dataDir, 'first-sign-in.txt'), 'secret')
      const response = await get(`/api/photos/${key}`)
      expect(response.status).toBe(404)
      expect(await response.text()).not.toContain('secret')
    },
  )
})

describe('the web app', () => {
  const script = "document.documentElement.dataset.scheme = 'dark'"
  const page = `<!doctype html><script>${script}</script><script type="module" src="/assets/main-abc.js"></script>`

  test('that is not built yet is told so', async () => {
    const response = await api.ask('GET', '/')
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('npm run build:web'),
    ])
  })

  test('is the same page at every address of its own, and never kept', async () => {
    mkdirSync(join(api.deps.webFolder, 'assets'), { recursive: true })
    writeFileSync(join(api.deps.webFolder, 'index.html'), page)
    writeFileSync(join(api.deps.webFolder, 'assets', 'main-abc.js'), 'export {}')
    for (const path of ['/', '/tickets/261121-7KQ2', '/index.html', '/sign-in?next=%2F', '/%zz']) {
      const response = await api.ask('GET', path)
      expect([path, response.status, await response.text()]).toEqual([path, 200, page])
      expect(response.headers.get('cache-control')).toBe('no-cache')
    }
  })

  test('keeps its hashed assets for ever; an old one that is gone is not the page', async () => {
    const asset = await api.ask('GET', '/assets/main-abc.js')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    for (const path of ['/assets/main-old.js', '/api/nothing', '/webhooks/nothing', '/metrics/nothing']) {
      const response = await api.ask('GET', path)
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json',
      ])
    }
  })

  test('runs its own inline script and nobody else’s', async () => {
    const { headers } = await api.ask('GET', '/')
    const hash = createHash('sha256').update(script).digest('base64')
    expect(headers.get('content-security-policy')).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })
})

describe('the codec server', () => {
  const payloadsSchema = z.object({
    payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()), data: z.string() })),
  })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"orderNo":"261121-7KQ2"}') }
  const ask = (operation: string, json: unknown, cookie = api.cookies.admin, origin?: string) =>
    api.ask('POST', `/codec/${operation}`, { json, cookie, headers: origin ? { origin } : {} })

  test('opens for the owner what our own workers sealed, and seals for them', async () => {
    const sealed = payloadsSchema.parse(await (await ask('encode', { payloads: [plain] })).json())
    expect(sealed.payloads[0]?.metadata.encoding).toBe(base64('binary/encrypted'))
    expect(JSON.stringify(sealed)).not.toContain(plain.data)
    expect(await (await ask('decode', sealed)).json()).toEqual({ payloads: [plain] })

    const [codec] = dataConverter(api.settings).payloadCodecs ?? []
    const data = Buffer.from('"from a worker"')
    const [ours] = (await codec?.encode([{ metadata: { encoding: Buffer.from('json/plain') }, data }])) ?? []
    const asJson = {
      metadata: Object.fromEntries(
        Object.entries(ours?.metadata ?? {}).map(([name, value]) => [
          name,
          Buffer.from(value).toString('base64'),
        ]),
      ),
      data: Buffer.from(ours?.data ?? []).toString('base64'),
    }
    const opened = payloadsSchema.parse(await (await ask('decode', { payloads: [asJson] })).json())
    expect(opened.payloads[0]?.data).toBe(data.toString('base64'))
  })

  test('opens nothing for an agent or a stranger', async () => {
    expect((await ask('decode', { payloads: [plain] }, api.cookies.agent)).status).toBe(403)
    expect((await ask('decode', { payloads: [plain] }, '')).status).toBe(401)
  })

  test('lets only pages of Temporal’s Web UI ask', async () => {
    const ui = new URL(api.settings.temporal.uiUrl).origin
    const allowed = await ask('decode', { payloads: [plain] }, api.cookies.admin, ui)
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, ui])
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true')
    expect(
      (await ask('decode', { payloads: [plain] }, api.cookies.admin, 'https://evil.example')).status,
    ).toBe(403)
    const preflight = async (origin: string) =>
      (
        await api.ask('OPTIONS', '/codec/decode', {
          headers: { origin, 'access-control-request-method': 'POST' },
        })
      ).headers.get('access-control-allow-origin')
    expect([await preflight(ui), await preflight('https://evil.example')]).toEqual([ui, null])
  })

  test.each([{}, { payloads: 'x' }, { payloads: [{ data: '***' }] }, null])('refuses %j', async (json) => {
    expect((await ask('decode', json)).status).toBe(400)
  })

  test('refuses what was sealed with a key that is not ours', async () => {
    const foreign = {
      metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('00000000') },
      data: base64('x'.repeat(64)),
    }
    expect((await ask('decode', { payloads: [foreign] })).status).toBe(400)
  })
})
