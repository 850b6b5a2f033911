/** The stand-in against the real Speech SDK. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compress, expand } from '../../../simulators/azure-speech/g711.ts'
import { SpeechDecoder } from '../../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import type { AzureSpeechOptions } from '../../../simulators/azure-speech/options.ts'
import { attachAzureSpeech } from '../../../simulators/azure-speech/server.ts'
import { FaultRegistry } from '../../../simulators/faults.ts'

let faults: FaultRegistry
const cleanUps: (() => void)[] = []
const closers: (() => Promise<void>)[] = []

async function start(options: Partial<AzureSpeechOptions> = {}): Promise<sdk.SpeechConfig> {
  const server = createServer()
  const speech = attachAzureSpeech(server, {
    faults,
    firstByteMs: 5,
    finalDelayMs: 5,
    hypothesisDelayMs: 0,
    synthesisSpeed: 1000,
    ...options,
  })
  closers.push(async () => {
    await speech.close()
    await new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const config = sdk.SpeechConfig.fromEndpoint(new URL(`ws://127.0.0.1:${port}/azure-speech`), 'stand-in')
  config.speechRecognitionLanguage = 'ko-KR'
  config.speechSynthesisVoiceName = 'ko-KR-SunHiNeural'
  config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoMULaw
  return config
}

beforeEach(() => {
  faults = new FaultRegistry()
})

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
  for (const close of closers.splice(0)) await close()
})

function pushStream(tag: sdk.AudioFormatTag): sdk.PushAudioInputStream {
  const bits = tag === sdk.AudioFormatTag.PCM ? 16 : 8
  return sdk.AudioInputStream.createPushStream(sdk.AudioStreamFormat.getWaveFormat(8000, bits, 1, tag))
}

function recognizerOn(config: sdk.SpeechConfig, stream: sdk.PushAudioInputStream): sdk.SpeechRecognizer {
  const recognizer = new sdk.SpeechRecognizer(config, sdk.AudioConfig.fromStreamInput(stream))
  cleanUps.push(() => recognizer.close())
  return recognizer
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const pause = (ms: number) => new Int16Array(ms * 8)

describe('continuous recognition', () => {
  it.each([
    ['mulaw', sdk.AudioFormatTag.MuLaw],
    ['alaw', sdk.AudioFormatTag.ALaw],
  ] as const)('gives hypotheses and then phrases with their places, %s', async (law, tag) => {
    const config = await start()
    config.outputFormat = sdk.OutputFormat.Detailed
    const stream = pushStream(tag)
    const recognizer = recognizerOn(config, stream)
    const hypotheses: string[] = []
    const phrases: sdk.SpeechRecognitionResult[] = []
    let starts = 0
    recognizer.speechStartDetected = () => starts++
    recognizer.recognizing = (_, { result }) => hypotheses.push(result.text)
    const done = new Promise<void>((resolve) => {
      recognizer.recognized = (_, { result }) => {
        phrases.push(result)
      }
      recognizer.sessionStopped = () => resolve()
    })
    await new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject))
    const said = ['근조화환 하나 보내려고요.', '네, 맞아요.']
    for (const text of said) {
      stream.write(bufferOf(compress(law, pause(500))))
      stream.write(bufferOf(compress(law, encodeSpeech(text).pcm)))
      stream.write(bufferOf(compress(law, pause(1000))))
    }
    stream.close()
    await done
    expect(phrases.map(({ text }) => text)).toEqual(said)
    expect(phrases[0]?.offset).toBe(500 * 10_000)
    expect(phrases[0]?.duration).toBeGreaterThan(1000 * 10_000)
    expect(JSON.parse(phrases[0]?.json ?? '').NBest[0].Confidence).toBeGreaterThan(0.9)
    expect(hypotheses).toContain('근조화환')
    expect(hypotheses.length).toBeGreaterThan(3)
    expect(starts).toBe(2)
  })

  it('tells of each word how surely it was heard, to who asks for it', async () => {
    const config = await start()
    config.requestWordLevelTimestamps()
    config.setServiceProperty('wordLevelConfidence', 'true', sdk.ServicePropertyChannel.UriQueryParameter)
    const stream = pushStream(sdk.AudioFormatTag.MuLaw)
    const recognizer = recognizerOn(config, stream)
    const found: string[] = []
    recognizer.recognized = (_, { result }) => found.push(result.json)
    const done = new Promise<void>((resolve) => {
      recognizer.sessionStopped = () => resolve()
    })
    await new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject))
    const { pcm, marks } = encodeSpeech('보내는 사람은 홍길동입니다')
    // The line crackles in the middle of the name.
    const from = (marks.find(({ char }) => char === '길')?.startSample ?? 0) + 300
    for (let at = from; at < from + 320; at++) pcm[at] = Math.round(9_000 * Math.sin(at * at))
    stream.write(bufferOf(compress('mulaw', pcm)))
    stream.write(bufferOf(compress('mulaw', pause(1000))))
    stream.close()
    await done
    const best = JSON.parse(found[0] ?? '').NBest[0]
    const confidences = best.Words.map(({ Confidence }: { Confidence: number }) => Confidence)
    expect(confidences.length).toBe(3)
    expect(confidences.slice(0, 2)).toEqual([0.97, 0.97])
    expect(confidences[2]).toBeLessThan(0.9)
    expect(best.Confidence).toBeGreaterThan(confidences[2])
  })

  it('finds out which of the named languages is spoken, phrase by phrase', async () => {
    const config = await start()
    const stream = pushStream(sdk.AudioFormatTag.MuLaw)
    const languages = sdk.AutoDetectSourceLanguageConfig.fromLanguages(['ko-KR', 'en-US', 'ja-JP', 'zh-CN'])
    languages.mode = sdk.LanguageIdMode.Continuous
    const audio = sdk.AudioConfig.fromStreamInput(stream)
    const recognizer = sdk.SpeechRecognizer.FromConfig(config, languages, audio)
    closers.push(async () => recognizer.close())
    const found: unknown[] = []
    const running = new Set<string | undefined>()
    recognizer.recognizing = (_, { result }) => running.add(result.language)
    recognizer.recognized = (_, { result }) =>
      found.push([result.language, result.languageDetectionConfidence])
    const done = new Promise<void>((resolve) => {
      recognizer.sessionStopped = () => resolve()
    })
    await new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject))
    for (const text of ['화환이요', 'A wreath please', '花輪です', '订花圈', '10']) {
      stream.write(bufferOf(compress('mulaw', encodeSpeech(text).pcm)))
      stream.write(bufferOf(compress('mulaw', pause(1000))))
    }
    stream.close()
    await done
    expect(found).toEqual([
      ['ko-KR', 'High'],
      ['en-US', 'High'],
      ['ja-JP', 'High'],
      ['zh-CN', 'High'],
      ['zh-CN', 'Low'],
    ])
    expect(running).toContain('ja-JP')
  })

  it('ends a phrase after the silence that the client names', async () => {
    const phrasesOf = async (silenceMs: string) => {
      const config = await start()
      config.setProperty(sdk.PropertyId.Speech_SegmentationSilenceTimeoutMs, silenceMs)
      const stream = pushStream(sdk.AudioFormatTag.MuLaw)
      const recognizer = recognizerOn(config, stream)
      const phrases: string[] = []
      recognizer.recognized = (_, { result }) => phrases.push(result.text)
      const done = new Promise<void>((resolve) => {
        recognizer.sessionStopped = () => resolve()
      })
      await new Promise<void>((resolve, reject) =>
        recognizer.startContinuousRecognitionAsync(resolve, reject),
      )
      for (const text of ['하나', '둘']) {
        stream.write(bufferOf(compress('mulaw', encodeSpeech(text).pcm)))
        stream.write(bufferOf(compress('mulaw', pause(450))))
      }
      stream.close()
      await done
      return phrases
    }
    expect(await phrasesOf('300')).toEqual(['하나', '둘'])
    expect(await phrasesOf('900')).toEqual(['하나둘'])
  })

  it('ends when asked to, with what was said so far', async () => {
    const config = await start()
    const stream = pushStream(sdk.AudioFormatTag.PCM)
    const recognizer = recognizerOn(config, stream)
    const phrases: string[] = []
    recognizer.recognized = (_, { result }) => phrases.push(result.text)
    const heard = new Promise<void>((resolve) => {
      recognizer.recognizing = () => resolve()
    })
    await new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject))
    const { pcm } = encodeSpeech('여보세요 누구세요')
    stream.write(bufferOf(new Uint8Array(pcm.buffer)))
    await heard
    await new Promise<void>((resolve, reject) => recognizer.stopContinuousRecognitionAsync(resolve, reject))
    expect(phrases.join()).toMatch(/^여보세요/)
  })
})

describe('single-shot recognition', () => {
  it('ends after the first phrase', async () => {
    const config = await start()
    const stream = pushStream(sdk.AudioFormatTag.MuLaw)
    const recognizer = recognizerOn(config, stream)
    stream.write(bufferOf(compress('mulaw', encodeSpeech('서울대학교병원이요.').pcm)))
    stream.write(bufferOf(compress('mulaw', pause(2000))))
    const result = await new Promise<sdk.SpeechRecognitionResult>((resolve, reject) =>
      recognizer.recognizeOnceAsync(resolve, reject),
    )
    expect(result.reason).toBe(sdk.ResultReason.RecognizedSpeech)
    expect(result.text).toBe('서울대학교병원이요.')
  })

  it('reports that nobody spoke', async () => {
    const config = await start()
    const stream = pushStream(sdk.AudioFormatTag.MuLaw)
    const recognizer = recognizerOn(config, stream)
    stream.write(bufferOf(compress('mulaw', pause(6000))))
    const result = await new Promise<sdk.SpeechRecognitionResult>((resolve, reject) =>
      recognizer.recognizeOnceAsync(resolve, reject),
    )
    expect(result.reason).toBe(sdk.ResultReason.NoMatch)
    expect(sdk.NoMatchDetails.fromResult(result).reason).toBe(sdk.NoMatchReason.InitialSilenceTimeout)
  })
})

async function speak(config: sdk.SpeechConfig, ssml: string): Promise<sdk.SpeechSynthesisResult> {
  const synthesizer = new sdk.SpeechSynthesizer(config, null as unknown as sdk.AudioConfig)
  cleanUps.push(() => synthesizer.close())
  return new Promise((resolve, reject) => synthesizer.speakSsmlAsync(ssml, resolve, reject))
}

const ssmlOf = (text: string) =>
  `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="ko-KR"><voice name="ko-KR-SunHiNeural">${text}</voice></speak>`

function heardIn(pcm: Int16Array): string {
  return new SpeechDecoder()
    .push(Int16Array.from([...pcm, ...pause(100)]))
    .map(({ char }) => char)
    .join('')
}

describe('synthesis', () => {
  it.each([
    ['mulaw', sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoMULaw],
    ['alaw', sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoALaw],
  ] as const)('says the text of the SSML, %s', async (law, format) => {
    const config = await start()
    config.speechSynthesisOutputFormat = format
    const result = await speak(config, ssmlOf('안녕하세요. 리본 문구는 &quot;A&amp;B 일동&quot;이죠?'))
    expect(result.reason).toBe(sdk.ResultReason.SynthesizingAudioCompleted)
    expect(heardIn(expand(law, new Uint8Array(result.audioData)))).toBe(
      '안녕하세요. 리본 문구는 "A&B 일동"이죠?',
    )
  })

  it('serves one utterance after another on a connection, in pieces while it goes', async () => {
    const config = await start({ synthesisSpeed: 50 })
    config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Raw8Khz16BitMonoPcm
    const synthesizer = new sdk.SpeechSynthesizer(config, null as unknown as sdk.AudioConfig)
    cleanUps.push(() => synthesizer.close())
    let pieces = 0
    synthesizer.synthesizing = () => pieces++
    const texts = ['첫 번째 문장입니다.', '두 번째 문장입니다.']
    for (const text of texts) {
      const result = await new Promise<sdk.SpeechSynthesisResult>((resolve, reject) =>
        synthesizer.speakTextAsync(text, resolve, reject),
      )
      expect(heardIn(new Int16Array(result.audioData))).toBe(text)
    }
    expect(pieces).toBeGreaterThan(8)
  })
})

describe('faults', () => {
  it('refuses at the door', async () => {
    const config = await start()
    faults.add({ service: 'speech', kind: 'refuse', operation: 'synthesize', status: 401 })
    const refused = await speak(config, ssmlOf('가')).then(
      (result) => result.reason,
      () => sdk.ResultReason.Canceled,
    )
    expect(refused).toBe(sdk.ResultReason.Canceled)
    // The SDK tries a refused connection again by itself.
    expect(faults.list()[0]?.taken).toBeGreaterThan(0)
    faults.remove()
    const served = await speak(config, ssmlOf('나'))
    expect(served.reason).toBe(sdk.ResultReason.SynthesizingAudioCompleted)
  })

  it('drops the connection in the middle of a sentence', async () => {
    const config = await start()
    faults.add({ service: 'speech', kind: 'drop', operation: 'synthesize', times: 1 })
    const result = await speak(config, ssmlOf('이 문장은 끝까지 들리지 않습니다.'))
    expect(result.reason).toBe(sdk.ResultReason.Canceled)
  })

  it('drops a recognition: the SDK connects anew and sends the audio again, or gives up', async () => {
    const config = await start()
    faults.add({ service: 'speech', kind: 'drop', operation: 'recognize', times: 1 })
    const stream = pushStream(sdk.AudioFormatTag.MuLaw)
    const recognizer = recognizerOn(config, stream)
    const outcome = new Promise<string>((resolve) => {
      recognizer.recognized = (_, { result }) => resolve(result.text)
      // It was just sending when the connection went.
      recognizer.canceled = (_, { errorDetails }) => resolve(errorDetails)
    })
    await new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject))
    const audio = compress('mulaw', Int16Array.from([...encodeSpeech('홍길동이요.').pcm, ...pause(1500)]))
    for (let i = 0; i < audio.length; i += 800) stream.write(bufferOf(audio.subarray(i, i + 800)))
    const silence = setInterval(() => stream.write(bufferOf(compress('mulaw', pause(100)))), 20)
    cleanUps.push(() => clearInterval(silence))
    expect(await outcome).toMatch(/^홍길동이요\.$|Disconnected/)
    expect(faults.list()).toEqual([])
  })
})
