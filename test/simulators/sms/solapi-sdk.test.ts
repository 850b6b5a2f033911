/** The vendor's own client against our stand-in. */
import { join } from 'node:path'
import sharp from 'sharp'
import { SolapiMessageService } from 'solapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { startTestWorld, type TestWorld } from '../world-fixture.ts'

const { solapi, company } = loadSettings({})
const TO = '01012345678'

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

describe('the real SDK', () => {
  // Its base address is fixed, so its calls are led to this world by the fetch it uses.
  const real = globalThis.fetch
  afterEach(() => {
    globalThis.fetch = real
  })

  function lead(): SolapiMessageService {
    globalThis.fetch = (input, init) =>
      real(String(input).replace('https://api.solapi.com', `${world.origin}/solapi`), init)
    world.clock.now = Date.now()
    return new SolapiMessageService(solapi.apiKey, solapi.apiSecret)
  }

  it('sends', async () => {
    const answer = await lead().send({ to: TO, from: company.phone, text: '안녕하세요' })
    expect(answer.groupInfo.count.registeredSuccess).toBe(1)
  })

  it('uploads a picture', async () => {
    const file = join(world.dataDir, 'p.jpg')
    await sharp({ create: { width: 20, height: 20, channels: 3, background: '#fff' } })
      .jpeg()
      .toFile(file)
    expect((await lead().uploadFile(file, 'MMS')).fileId).toMatch(/^ST01FZ/)
  })

  it('lists what was sent', async () => {
    const service = lead()
    await service.send({ to: TO, from: company.phone, text: '안녕하세요', customFields: { key: 'a' } })
    const { messageList } = await service.getMessages({ to: TO })
    expect(Object.values(messageList)).toMatchObject([{ to: TO, customFields: { key: 'a' } }])
  })

  it('throws when nothing was accepted', async () => {
    await expect(lead().send({ to: TO, from: '0299999999', text: '안녕하세요' })).rejects.toMatchObject({
      failedMessageList: [{ statusCode: '1062' }],
    })
  })

  it('signs again at each retry of a 503', async () => {
    world.context.faults.add({ service: 'sms', operation: 'send', kind: 'refuse', status: 503, times: 2 })
    const answer = await lead().send({ to: TO, from: company.phone, text: '안녕하세요' })
    expect(answer.groupInfo.count.registeredSuccess).toBe(1)
  })
})
