import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toSsml } from '../../activities/speech/ssml.ts'
import { spokenText } from '../../simulators/azure-speech/ssml.ts'

test('what is read otherwise than it is written says so; the voice and the language are named', () => {
  expect(toSsml('금액은 8만 원입니다.', 'ko-KR', 'ko-KR-SunHiNeural')).toBe(
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="ko-KR">' +
      '<voice name="ko-KR-SunHiNeural">금액은 <sub alias="팔만 원">8만 원</sub>입니다.</voice></speak>',
  )
})

test('English is left to the voice', () => {
  expect(toSsml('It is KRW 80,000.', 'en-US', 'en-US-AvaNeural')).toContain('>It is KRW 80,000.<')
})

test('what a customer is called can not break the markup', () => {
  expect(toSsml('보내시는 분은 <b>A&B "상사"</b> 님', 'ko-KR', 'v')).toContain(
    '&lt;b&gt;A&amp;B &quot;상사&quot;&lt;/b&gt; 님',
  )
  expect(toSsml('가\u0000나', 'ko-KR', 'v')).toContain('>가나<')
})

test('a listener takes down what was written, whatever it is', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('8만 원', '010-1234-5678', '2개', '&amp;', '<sub alias="x">', ' '),
  )
  fc.assert(
    fc.property(fc.array(part), fc.constantFrom('ko-KR' as const, 'en-US' as const), (parts, language) => {
      const text = parts.join('')
      expect(spokenText(toSsml(text, language, 'v'))).toBe(text.replace(/\s+/g, ' ').trim())
    }),
  )
})
