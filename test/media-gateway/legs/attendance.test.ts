import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WAITING_WORDS, waitingSound } from '../../../domain/waiting-words.ts'
import { Attendance } from '../../../media-gateway/legs/attendance.ts'
import { RecordedSounds } from '../../../media-gateway/legs/waiting-sounds.ts'
import { WaitingWords } from '../../../media-gateway/legs/waiting-words.ts'
import { encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { openLegs } from './harness.ts'

const [one, other] = [{ name: 'one' }, { name: 'other' }]
const nothing = { oursMs: undefined, theirsMs: undefined }

describe('who waits for a worker', () => {
  it('is told nothing in a call that no worker has attended, and as long as one does', () => {
    const attendance = new Attendance()
    expect(attendance.isDue(1e9, nothing)).toBe(false)
    attendance.take(one)
    expect(attendance.isDue(1e9, nothing)).toBe(false)
  })

  it('is told before they have heard three seconds of nothing after their own words', () => {
    const attendance = new Attendance()
    attendance.take(one)
    attendance.leave(one, 10_000)
    const quiet = { oursMs: 4_000, theirsMs: 9_000 }
    expect(attendance.isDue(10_399, quiet)).toBe(false)
    expect(attendance.isDue(10_799, quiet)).toBe(false)
    expect(attendance.isDue(10_800, quiet)).toBe(true)
  })

  it('may think about what we have asked', () => {
    const attendance = new Attendance()
    attendance.take(one)
    attendance.leave(one, 10_000)
    const asked = { oursMs: 12_000, theirsMs: 9_000 }
    expect(attendance.isDue(17_999, asked)).toBe(false)
    expect(attendance.isDue(18_000, asked)).toBe(true)
  })

  it('is told again, unless they speak or somebody comes', () => {
    const attendance = new Attendance()
    attendance.take(one)
    attendance.leave(one, 10_000)
    attendance.said(14_000)
    expect(attendance.isDue(16_499, { oursMs: 4_000, theirsMs: 9_000 })).toBe(false)
    expect(attendance.isDue(16_500, { oursMs: 4_000, theirsMs: 9_000 })).toBe(true)
    expect(attendance.isDue(16_500, { oursMs: 4_000, theirsMs: 15_000 })).toBe(false)
    attendance.take(other)
    expect(attendance.isDue(1e9, { oursMs: 4_000, theirsMs: 15_000 })).toBe(false)
  })

  it('is not left by a worker that another one has taken over from', () => {
    const attendance = new Attendance()
    attendance.take(one)
    attendance.take(other)
    attendance.leave(one, 10_000)
    expect(attendance.isDue(1e9, { oursMs: 4_000, theirsMs: 9_000 })).toBe(false)
  })

  it('hears, once nobody comes any more, at most three seconds of nothing, whenever that was', () => {
    const times = fc.record({ ours: fc.nat(20_000), theirs: fc.nat(20_000), gone: fc.nat(20_000) })
    fc.assert(
      fc.property(times, ({ ours, theirs, gone }) => {
        const attendance = new Attendance()
        attendance.take(one)
        attendance.leave(one, gone)
        const quiet = { oursMs: ours, theirsMs: theirs }
        // Their words wait for us; who has been asked is given time.
        const limit = theirs > ours ? Math.max(theirs + 3_000, gone + 400) : Math.max(ours, gone) + 6_000
        expect(attendance.isDue(limit, quiet)).toBe(true)
        expect(attendance.isDue(Math.max(ours, theirs) + 1_799, quiet)).toBe(false)
      }),
    )
  })
})

describe('the words for who waits', () => {
  it('are others each time, in each language', () => {
    for (const words of Object.values(WAITING_WORDS)) {
      expect(new Set(words).size).toBe(words.length)
      expect(words.length).toBe(WAITING_WORDS.ko.length)
    }
  })

  it('are music as long as none are recorded', () => {
    const words = new WaitingWords('PCMU', new RecordedSounds('/nowhere'))
    words.prepare('ko')
    words.begin()
    let frames = 0
    while (words.nextFrame() !== undefined) frames++
    expect(frames).toBe(150)
    expect(words.isPlaying).toBe(false)
    expect(words.isBusy).toBe(true)
  })
})

it('a caller whose worker dies is asked to wait, is heard, and gets the answer of the next one whole', async () => {
  const harness = await openLegs()
  try {
    const speech = (text: string) => encodeG711('PCMU', encodeSpeech(text).pcm)
    const folder = join(harness.folder, 'announcements')
    await mkdir(folder)
    const waiting = speech(WAITING_WORDS.ko[0] ?? '')
    await writeFile(join(folder, waitingSound('ko', 0)), waiting)
    const leg = await harness.answered()
    const first = harness.attach(leg, 0)
    await first.message('attached')
    first.send({ type: 'turn.start', language: 'ko' })
    harness.phone.speech.write(speech('화환 하나 보내 주세요.'))
    await first.message('speech.end')
    first.kill()
    await harness.phone.until(() => harness.phone.hasHeard(waiting))
    const second = harness.attach(leg, 0)
    const attached = await second.message('attached')
    // What the gateway says by itself is no utterance of a turn, and no word of the caller is lost for it.
    expect(attached).toMatchObject({ cursor: 0, utterances: [] })
    second.send({ type: 'turn.start', language: 'ko' })
    const answer = speech('네, 알겠습니다.')
    second.send({ type: 'sentence.start', utteranceId: 'u', sentence: 0, text: '' })
    second.sendAudio(answer)
    second.send({ type: 'utterance.end', utteranceId: 'u' })
    await second.message('utterance.done', ({ interrupted }) => !interrupted)
    await harness.phone.until(() => harness.phone.hasHeard(answer))
  } finally {
    await harness.close()
  }
})
