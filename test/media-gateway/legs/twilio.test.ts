import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AttachBotInput } from '../../../domain/leg-operations.ts'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import { BotPlayout } from '../../../media-gateway/legs/twilio/bot-playout.ts'
import {
  attachBot,
  BotAddressError,
  BotUnreachableError,
} from '../../../media-gateway/legs/twilio/media-stream.ts'
import { MediaStreamsBot } from '../../support/media-streams-bot.ts'
import { spectrum, tone } from '../../support/tones.ts'
import { type LegHarness, openLegs } from './harness.ts'

describe('a bot on a leg', () => {
  let harness: LegHarness
  let bot: MediaStreamsBot
  beforeEach(async () => {
    harness = await openLegs()
    bot = await MediaStreamsBot.open()
  })
  afterEach(async () => {
    await harness.close()
    await bot.close()
  })

  function attach(leg: Leg, more: Partial<AttachBotInput> = {}, signal?: AbortSignal) {
    const { media } = leg
    if (media === undefined) throw new Error('not answered')
    return attachBot({
      media,
      callId: leg.callId,
      input: { legId: leg.legId, streamId: 's1', url: bot.url, ...more },
      authToken: 'twelve letters',
      logger: pino({ level: 'silent' }),
      ...(signal === undefined ? {} : { signal }),
    })
  }

  test('is greeted with connected and start, then hears the caller in mu-law, in sequence', async () => {
    const leg = await harness.answered('PCMA')
    const attached = attach(leg, { customParameters: { order: '261126-ABCD', 이름: '김' } })
    harness.phone.speech.write(tone('PCMA', 700, 3_000))
    await bot.until(({ heard }) => (spectrum('PCMU', heard.slice(-20), [700])[0] ?? 0) > 7_000)

    const [connected, start, ...rest] = bot.events
    expect(connected).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    const { streamSid } = bot
    expect(streamSid).toMatch(/^MZ[0-9a-f]{32}$/)
    expect(start).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
        streamSid,
        callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { order: '261126-ABCD', 이름: '김' },
      },
    })
    expect(rest.map(({ sequenceNumber }) => sequenceNumber)).toEqual(rest.map((_, i) => String(i + 2)))
    const media = rest.flatMap((event) => (event.media === undefined ? [] : [event.media]))
    expect(media.map(({ chunk }) => chunk)).toEqual(media.map((_, i) => String(i + 1)))
    expect(media.map(({ timestamp }) => timestamp)).toEqual(media.map((_, i) => String(i * 20)))
    expect(new Set(media.map(({ track }) => track))).toEqual(new Set(['inbound']))
    expect(new Set(bot.heard.map(({ length }) => length))).toEqual(new Set([160]))
    const signature = createHmac('sha1', 'twelve letters').update(bot.url).digest('base64')
    expect(bot.requests[0]?.headers['x-twilio-signature']).toBe(signature)

    await harness.phone.dialog?.bye()
    expect(await attached).toMatchObject({ outcome: 'leg_ended' })
    const stop = await bot.until(({ events }) => events.find(({ event }) => event === 'stop'))
    expect(stop.stop).toEqual({ accountSid: start?.start?.accountSid, callSid: start?.start?.callSid })
    await bot.until(({ closeCode }) => closeCode === 1000)
  })

  test('is heard by the caller, whatever the size of its messages, and hears when a mark is reached', async () => {
    const leg = await harness.answered()
    const attached = attach(leg)
    await bot.until(({ streamSid }) => streamSid !== '')
    const said = Uint8Array.from({ length: 4_001 }, (_, i) => (i * 7) % 120)
    for (let at = 0; at < said.length; at += 333) bot.say(said.subarray(at, at + 333))
    bot.mark('said')
    await bot.until(({ marks }) => marks.includes('said'))
    await harness.phone.until(() => harness.phone.hasHeard(said))
    bot.mark('nothing waits')
    await bot.until(({ marks }) => marks.at(-1) === 'nothing waits')
    bot.leave()
    expect(await attached).toMatchObject({ outcome: 'bot_left' })
    expect(leg.state).toBe('live')
    expect(leg.media?.output.conversation).toBeUndefined()
  })

  test('clears what waits, gets its marks back at once, and speaks on', async () => {
    const leg = await harness.answered()
    void attach(leg)
    await bot.until(({ streamSid }) => streamSid !== '')
    bot.say(tone('PCMU', 450, 20_000))
    bot.mark('first')
    bot.mark('second')
    await harness.phone.until(() => (spectrum('PCMU', harness.phone.heard.slice(-5), [450])[0] ?? 0) > 7_000)
    bot.clear()
    await bot.until(({ marks }) => marks.length === 2)
    expect(bot.marks).toEqual(['first', 'second'])
    bot.say(tone('PCMU', 1_000, 2_000))
    await harness.phone.until(() => {
      const [cleared = 0, spoken = 0] = spectrum('PCMU', harness.phone.heard.slice(-10), [450, 1_000])
      return cleared < 200 && spoken > 7_000
    })
  })

  test('hears digits', async () => {
    const leg = await harness.answered()
    void attach(leg)
    await bot.until(({ streamSid }) => streamSid !== '')
    await harness.phone.rtp?.sendDigits('1#')
    await bot.until(({ events }) => events.filter(({ event }) => event === 'dtmf').length === 2)
    const dtmf = bot.events.flatMap((event) => (event.dtmf === undefined ? [] : [event.dtmf]))
    expect(dtmf).toEqual([
      { track: 'inbound_track', digit: '1' },
      { track: 'inbound_track', digit: '#' },
    ])
  })

  test('may talk nonsense without harm', async () => {
    const leg = await harness.answered()
    void attach(leg)
    await bot.until(({ streamSid }) => streamSid !== '')
    for (const nonsense of [
      '',
      '{',
      '[]',
      '{"event":"dance"}',
      '{"event":"media","media":{"payload":"%%%"}}',
    ])
      bot.send(nonsense)
    bot.mark('still here')
    await bot.until(({ marks }) => marks.includes('still here'))
    expect(leg.state).toBe('live')
  })

  test('is detached by cancellation, and by a conference that takes the leg', async () => {
    const leg = await harness.answered()
    const stop = new AbortController()
    const first = attach(leg, {}, stop.signal)
    await bot.until(({ streamSid }) => streamSid !== '')
    stop.abort()
    expect(await first).toMatchObject({ outcome: 'detached' })
    const second = attach(leg, { streamId: 's2' })
    await bot.until(({ events }) => events.filter(({ event }) => event === 'start').length === 2)
    const members = [{ legId: leg.legId, role: 'party' as const }]
    await harness.conferences.set({ conferenceId: 'c', revision: 1, members, whenPartyEnds: 'free_others' })
    expect(await second).toMatchObject({ outcome: 'detached' })
    expect(leg.media?.output.conversation).toBeDefined()
  })

  test('that is not there may be tried again; what is no address may not', async () => {
    const leg = await harness.answered()
    await expect(attach(leg, { url: 'ws://127.0.0.1:1/bot' })).rejects.toThrow(BotUnreachableError)
    await expect(attach(leg, { url: 'http://127.0.0.1/bot' })).rejects.toThrow(BotAddressError)
    expect(leg.media?.output.conversation).toBeUndefined()
  })
})

describe('what a bot has sent', () => {
  test('is played whole and in order, and every mark comes once, when all before it was taken', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ say: fc.nat(700) }),
        fc.record({ mark: fc.constant(true) }),
        fc.record({ pulls: fc.nat(6) }),
      ),
    )
    fc.assert(
      fc.property(steps, (script) => {
        const playout = new BotPlayout()
        const said: number[] = []
        const heard: number[] = []
        const wanted: [string, number][] = []
        const got: [string, number][] = []
        const pull = () => {
          const { frame, marks } = playout.nextFrame()
          // No byte of ours is that of silence, so what fills up can be told apart.
          for (const code of frame ?? []) if (code !== 0xff) heard.push(code)
          for (const name of marks) got.push([name, heard.length])
          return frame
        }
        for (const step of script) {
          if ('say' in step) {
            const bytes = Uint8Array.from({ length: step.say }, (_, i) => (said.length + i) % 251)
            playout.append(bytes)
            said.push(...bytes)
          } else if ('mark' in step) {
            const name = `m${wanted.length}`
            wanted.push([name, said.length])
            const due = playout.mark(name)
            if (due !== undefined) got.push([due, heard.length])
          } else for (let i = 0; i < step.pulls; i++) pull()
        }
        for (let i = 0; i < 400; i++) pull()
        expect(heard).toEqual(said)
        expect(got.map(([name]) => name)).toEqual(wanted.map(([name]) => name))
        for (const [i, [, at]] of wanted.entries()) expect(got[i]?.[1]).toBeGreaterThanOrEqual(at)
        expect(playout.queuedMs).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('is bounded', () => {
    const playout = new BotPlayout()
    expect(playout.append(new Uint8Array(180_000 * 8))).toBe(true)
    expect(playout.append(new Uint8Array(1))).toBe(false)
    playout.clear()
    expect(playout.append(new Uint8Array(1))).toBe(true)
  })
})
