import { expect, test } from 'vitest'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { Ear } from '../../../simulators/phones/ear.ts'

/** What an ear makes of pieces of speech with silence between them, pushed frame by frame or at once. */
function heard(pieces: readonly (string | number)[], frame: number): string {
  const parts = pieces.map((piece) =>
    typeof piece === 'number' ? new Int16Array(piece * 8) : encodeSpeech(piece).pcm,
  )
  const line = Int16Array.from([...parts, new Int16Array(2_000)].flatMap((part) => [...part]))
  const ear = new Ear()
  let text = ''
  for (let at = 0; at < line.length; at += frame)
    text += ear.push(line.subarray(at, at + frame), at)?.text ?? ''
  return text
}

test.each([160, 1_000_000])('sentences spoken one by one are heard apart (%i samples at once)', (frame) => {
  expect(heard(['도와 드리겠습니다.', 240, '잠시만요.'], frame)).toBe('도와 드리겠습니다. 잠시만요.')
  expect(heard(['네!', '좋아요?'], frame)).toBe('네! 좋아요?')
  expect(heard(['그러면,', 400, '주소는요?'], frame)).toBe('그러면, 주소는요?')
})

test('a pause within a word or a number makes no blank', () => {
  expect(heard(['80,', '000원'], 160)).toBe('80,000원')
  expect(heard(['장례', 300, '식장'], 160)).toBe('장례식장')
})
