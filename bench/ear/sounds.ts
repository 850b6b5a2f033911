/**
 * What is heard in the benchmark `ear`: none of it was there when the thresholds were chosen. Recorded people and hold
 * music of Debian's packages for Asterisk where they are installed, synthetic people of espeak-ng, noise of sox; and the
 * voice of the stand-in, in every pitch and pace.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'

/** 16-bit PCM at 8 kHz. */
export interface Sound {
  readonly name: string
  readonly pcm: Int16Array
}

/** One who says several things, each of them a sound. */
export interface Speaker {
  readonly name: string
  readonly sayings: readonly Int16Array[]
}

const ESPEAK = '/usr/bin/espeak-ng'
const SOX = '/usr/bin/sox'
/** `apt-get install asterisk-core-sounds-{en,es,fr,it,ru}-gsm asterisk-moh-opsound-wav`. */
export const RECORDED = '/usr/share/asterisk'
const BAND = ['sinc', '300-3400'] as const
/** About -20 dBFS where it is loud, as people on telephones are. */
const LEVEL = ['norm', '-6'] as const

const SAID = [
  '네, 여보세요. 근조화환 하나 주문하려고 하는데요.',
  '서울대학교병원 장례식장 특이호실이고요, 고인 성함은 권오성입니다.',
  '보내는 분은 한빛상사 대표이사 권도현으로 해 주세요.',
  '공일공 오공칠팔 칠공이일이요.',
  '아니요, 그게 아니라 십만 원짜리로 해 주세요.',
  '네, 맞아요. 감사합니다.',
]
/** Digits, and vowels held as somebody does who thinks. */
const DICTATED = [
  '공일공 공공공공 일일일일. 이이이이 사사사사 오오오오.',
  '계좌번호는 일일공 이이이 삼삼삼삼삼삼입니다.',
  '음음음음음음. 어어어어어어어. 아아아아아아.',
]

const isInstalled = existsSync(ESPEAK) && existsSync(SOX)

/** @param folder of the packages' `share/asterisk`. @param most sayings of each. */
export function recordedPeople(folder: string, most: number): readonly Speaker[] {
  const sounds = join(folder, 'sounds')
  if (!existsSync(sounds) || !existsSync(SOX)) return []
  const people = readdirSync(sounds).filter((name) => /^[a-z]{2}_[A-Z]{2}_[mf]_/.test(name))
  return people.map((name) => {
    const files = globSync(join(sounds, name, '*.{gsm,wav}')).toSorted()
    const digits = globSync(join(sounds, name, 'digits', '*.{gsm,wav}')).toSorted()
    const step = Math.max(1, Math.floor(files.length / most))
    const some = files.filter((_, index) => index % step === 0).slice(0, most)
    const sayings = [...some, ...digits.slice(0, most / 4)].map((file) => fromFile(file))
    return { name: `recorded ${name}`, sayings: sayings.filter((pcm) => pcm.length > 500 * SAMPLES_PER_MS) }
  })
}

/** @param seconds of each piece. */
export function recordedMusic(folder: string, seconds: number): readonly Sound[] {
  const pieces = globSync(join(folder, 'moh', '*.{wav,gsm}')).toSorted()
  if (!existsSync(SOX)) return []
  return pieces.map((file) => ({
    name: file.slice(file.lastIndexOf('/') + 1, -4),
    pcm: fromFile(file, ['trim', '10', String(seconds)]),
  }))
}

export function syntheticPeople(): readonly Speaker[] {
  if (!isInstalled) return []
  const voices = [
    'ko',
    'ko+m1',
    'ko+m4',
    'ko+m8',
    'ko+f1',
    'ko+f3',
    'ko+f5',
    'ko+croak',
    'ko+whisper',
    'ko+klatt2',
  ]
  return voices.map((voice, index) => ({
    name: `espeak-ng ${voice}`,
    sayings: [...SAID, ...DICTATED].map((text) => espeak(text, voice, 130 + 12 * index, 20 + 8 * index)),
  }))
}

/** The stand-in, who speaks in tones: in each pitch at another pace. */
export function standIns(): readonly Speaker[] {
  return [90, 110, 130, 150, 170, 190, 210, 230, 260].map((pitch, index) => {
    const pace = 4 + (index * 3) / 8
    const sayings = [...SAID, '00000000 11111111 22222222 33333333', '010-5078-7021, 110-222-333333']
    return {
      name: `stand-in, ${pitch} Hz, pace ${pace}`,
      sayings: sayings.map((text) => encodeSpeech(text, { pitch, pace }).pcm),
    }
  })
}

/** Nobody speaks in them. @param seconds of each. */
export function noises(seconds: number): readonly Sound[] {
  if (!existsSync(SOX)) return []
  const length = String(seconds)
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['white noise', ['synth', length, 'whitenoise', 'vol', '0.05']],
    ['pink noise', ['synth', length, 'pinknoise', 'vol', '0.2']],
    ['brown noise (a car)', ['synth', length, 'brownnoise', 'vol', '0.5']],
    ['gusts', ['synth', length, 'pinknoise', 'tremolo', '0.7', '90', 'vol', '0.3']],
    ['hum', ['synth', length, 'sawtooth', '60', 'vol', '0.1']],
    ['siren', ['synth', length, 'sine', '600:1200', 'tremolo', '0.5', '40', 'vol', '0.2']],
    [
      'knocking',
      [
        'synth',
        '0.04',
        'pinknoise',
        'fade',
        'l',
        '0',
        '0.04',
        '0.03',
        'pad',
        '0',
        '0.3',
        'repeat',
        String(3 * seconds),
      ],
    ],
  ]
  return kinds.map(([name, effects]) => ({ name, pcm: sox(['-n', '-r', '8000'], [...effects, ...BAND]) }))
}

/** Instruments of sox. @param seconds of each. */
export function syntheticMusic(seconds: number): readonly Sound[] {
  if (!existsSync(SOX)) return []
  const tune = [
    'G3',
    'B3',
    'D4',
    'G4',
    'F#4',
    'D4',
    'B3',
    'A3',
    'C4',
    'E4',
    'A4',
    'G4',
    'E4',
    'C4',
    'A3',
    'D4',
  ]
  return ['pluck', 'triangle', 'trapezium', 'sine'].flatMap((instrument) =>
    [0.25, 0.6].map((noteSeconds) => {
      const notes = Array.from({ length: Math.ceil(seconds / noteSeconds) }, (_, at) => {
        const note = tune[(at * 5) % tune.length] ?? 'A4'
        return sox(
          ['-n', '-r', '8000'],
          [
            'synth',
            String(noteSeconds),
            instrument,
            note,
            'fade',
            'q',
            '0.02',
            String(noteSeconds),
            '0.05',
            'vol',
            '0.4',
          ],
        )
      })
      return { name: `${instrument}, notes of ${noteSeconds} s`, pcm: joined(notes) }
    }),
  )
}

export function joined(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** @param pitch 0 to 99. @param wordsPerMinute 80 to 450. */
function espeak(text: string, voice: string, wordsPerMinute: number, pitch: number): Int16Array {
  const options = [
    '-v',
    voice,
    '-s',
    String(wordsPerMinute),
    '-p',
    String(Math.min(99, pitch)),
    '--stdout',
    text,
  ]
  const wav = execFileSync(ESPEAK, options, { maxBuffer: 1e8 })
  return sox(['-t', 'wav', '-'], [...BAND, ...LEVEL], wav)
}

function fromFile(file: string, effects: readonly string[] = []): Int16Array {
  return sox([file], [...effects, ...BAND, ...LEVEL])
}

function sox(input: readonly string[], effects: readonly string[], stdin?: Buffer): Int16Array {
  const form = ['-t', 'raw', '-r', '8000', '-e', 'signed', '-b', '16', '-c', '1', '-']
  const raw = execFileSync(SOX, ['-R', ...input, ...form, ...effects], {
    ...(stdin === undefined ? {} : { input: stdin }),
    maxBuffer: 1e9,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  return Int16Array.from({ length: Math.floor(raw.length / 2) }, (_, i) => raw.readInt16LE(i * 2))
}
