import { describe, expect, it } from 'vitest'
import { loadSettings, SettingsError } from '../../config/settings.ts'

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadSettings(environment)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
}

describe('settings', () => {
  it('have a default for everything: every outside party is then a stand-in', () => {
    const settings = loadSettings({})
    expect(Object.values(settings.standIns)).toEqual(Array(8).fill(true))
    expect(settings.order).toMatchObject({ priceWon: 80_000, costWon: 40_000, editWindowSeconds: 600 })
  })

  it('name all mistakes at once', () => {
    const problems = problemsOf({
      API_PORT: '70000',
      WREATH_PRICE: 'free',
      AZURE_SPEECH_KEY: 'k',
      RTP_PORT_MAX: '20001',
    })
    expect(problems).toHaveLength(4)
    expect(problems.join('\n')).toMatch(
      /API_PORT[\s\S]*WREATH_PRICE[\s\S]*AZURE_SPEECH_REGION[\s\S]*RTP_PORT_MAX/,
    )
  })

  it('refuse hours of calling back that never come', () => {
    const problem = 'CALL_BACK_TO_HOUR must be later than CALL_BACK_FROM_HOUR'
    expect(problemsOf({ CALL_BACK_FROM_HOUR: '23' })).toEqual([problem])
    expect(problemsOf({ CALL_BACK_FROM_HOUR: '9', CALL_BACK_TO_HOUR: '8' })).toEqual([problem])
    expect(loadSettings({ CALL_BACK_FROM_HOUR: '22' }).callBack).toMatchObject({ fromHour: 22, toHour: 23 })
  })

  it('use the real party as soon as its keys are there', () => {
    const settings = loadSettings({
      TOSS_SECRET_KEY: 'live_sk_x',
      AZURE_SPEECH_KEY: 'k',
      AZURE_SPEECH_REGION: 'koreacentral',
    })
    expect(settings.standIns).toMatchObject({ payments: false, speech: false, claude: true })
    expect(settings.toss.apiUrl).toBe('https://api.tosspayments.com')
    expect(settings.speech).toMatchObject({ endpoint: undefined, region: 'koreacentral' })
  })
  it('ask the model of speech about who breaks in where people phone, or as they are told', () => {
    const people = { AZURE_SPEECH_KEY: 'k', AZURE_SPEECH_REGION: 'koreacentral', SIP_TRUNK: 'carrier:5060' }
    expect(loadSettings({}).sip.judgesPersons).toBe(false)
    expect(
      loadSettings({ AZURE_SPEECH_KEY: 'k', AZURE_SPEECH_REGION: 'koreacentral' }).sip.judgesPersons,
    ).toBe(false)
    expect(loadSettings(people).sip.judgesPersons).toBe(true)
    expect(loadSettings({ ...people, BARGE_IN_MODEL: 'off' }).sip.judgesPersons).toBe(false)
    expect(loadSettings({ BARGE_IN_MODEL: 'on' }).sip.judgesPersons).toBe(true)
  })
  it('have SIP by UDP alone, and more ways with their ports and certificates', () => {
    expect(loadSettings({}).sip).toMatchObject({ ports: { tcp: undefined, wss: undefined }, tls: undefined })
    const tls = { SIP_TLS_CERT: 'cert.pem', SIP_TLS_KEY: 'key.pem' }
    expect(loadSettings({ SIP_TCP_PORT: '5060', SIP_TLS_PORT: '5061', ...tls }).sip).toMatchObject({
      ports: { tcp: 5060, tls: 5061, ws: 4502 },
      tls: { cert: 'cert.pem', key: 'key.pem', ca: undefined },
    })
    expect(problemsOf({ SIP_WSS_PORT: '443', SIP_TRUNK: 'carrier:5060;transport=sctp' })).toHaveLength(2)
  })
  it('have softphones with their passwords and numbers, and perhaps no carrier', () => {
    const { sip, standIns } = loadSettings({
      SIP_PHONES: 'agent-1:a-long-one:1001  agent-2:another-one:1002+07012341002',
      SIP_TRUNK: 'none',
      SIP_PHONE_DIGESTS: 'MD5, sha-256',
    })
    expect(sip.phoneDigests).toEqual(['MD5', 'SHA-256'])
    expect(sip.phones).toEqual([
      { username: 'agent-1', password: 'a-long-one', numbers: ['1001'] },
      { username: 'agent-2', password: 'another-one', numbers: ['1002', '07012341002'] },
    ])
    expect([sip.trunks, standIns.telephone]).toEqual([[], false])
    expect(problemsOf({ SIP_PHONES: 'agent-1:short:1001', SIP_TRUNK_USER: 'u' })).toHaveLength(2)
  })
  it('register at the carrier only with its name and our password, and ask only a real one whether it is there', () => {
    const carrier = { SIP_TRUNK: 'sip.example.com:5060', SIP_TRUNK_USER: 'u', SIP_TRUNK_PASSWORD: 'p' }
    const trunkOf = (environment: Record<string, string>) => loadSettings(environment).sip.trunks[0]
    expect(trunkOf({})).toMatchObject({
      registerAt: undefined,
      checkSeconds: 0,
      inboundFrom: ['127.0.0.0/8', '::1'],
    })
    expect(trunkOf(carrier)?.inboundFrom).toEqual([])
    expect(trunkOf({ ...carrier, SIP_INBOUND_FROM: 'any' })?.inboundFrom).toBe('any')
    expect(problemsOf({ SIP_INBOUND_FROM: 'any, everybody' })).not.toHaveLength(0)
    expect(trunkOf({ ...carrier, SIP_TRUNK_REGISTER: 'on' })).toMatchObject({
      registerAt: 'sip.example.com',
      checkSeconds: 30,
    })
    const elsewhere = { ...carrier, SIP_TRUNK_REGISTER: 'on', SIP_TRUNK_DOMAIN: 'example.com' }
    expect(trunkOf(elsewhere)?.registerAt).toBe('example.com')
    expect(trunkOf({ ...carrier, SIP_INBOUND_FROM: '192.0.2.1, 198.51.100.0/24' })?.inboundFrom).toEqual([
      '192.0.2.1',
      '198.51.100.0/24',
    ])
    expect(problemsOf({ SIP_INBOUND_FROM: '192.0.2.0/33' })).toHaveLength(1)
    expect(problemsOf({ SIP_TRUNK_REGISTER: 'on' })).toHaveLength(2)
  })
})
