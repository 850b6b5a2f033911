import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CALLER_CONCERNS, concernAnswer, concernIn } from '../../domain/caller-concerns.ts'
import { followedLanguage, TALK_LANGUAGES } from '../../domain/talk-language.ts'
import { FOREIGN_PHRASES } from '../../domain/talk-phrases.ts'

it.each([
  ['ko', 'en', 'hello do you speak English', 'en'],
  ['ko', 'en', 'hello', 'ko'],
  ['ko', 'en', 'John Kim', 'ko'],
  ['en', 'ko', '네', 'en'],
  ['en', 'ko', '한국말로 할게요', 'ko'],
  ['ko', 'ja', 'もしもし、花輪をお願いします', 'ja'],
  ['ko', 'zh', '你好我想订一个花圈', 'zh'],
  ['ko', 'zh', '你好', 'ko'],
  // Recognition is not believed against its own words.
  ['ko', 'en', '화환 하나 보내 주세요', 'ko'],
  ['ja', null, 'もしもし、花輪をお願いします', 'ja'],
] as const)('talking %s, recognition says %s of "%s": %s goes on', (now, language, words, next) => {
  expect(followedLanguage(now, { language, words })).toBe(next)
})

it('goes nowhere but to the language that was heard, and stays once it is there', () => {
  const language = fc.constantFrom(...TALK_LANGUAGES)
  const words = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'화환はな花圈送ab ') }),
  )
  fc.assert(
    fc.property(language, fc.option(language), words, (now, heard, said) => {
      const next = followedLanguage(now, { language: heard, words: said })
      expect([now, heard]).toContain(next)
      expect(followedLanguage(next, { language: heard, words: said })).toBe(next)
    }),
  )
})

it('what we say by ourselves is there in every language, and says what the Korean says', () => {
  for (const phrases of Object.values(FOREIGN_PHRASES))
    for (const lines of Object.values(phrases)) expect(lines.join('').length).toBeGreaterThan(3)
  for (const concern of CALLER_CONCERNS)
    for (const language of TALK_LANGUAGES)
      for (const warned of [true, false])
        expect(concernAnswer(concern, { language, warned }).length).toBeGreaterThan(0)
  for (const language of TALK_LANGUAGES) {
    expect(concernAnswer('emergency', { language, warned: false }).join(' ')).toContain('119')
    expect(concernAnswer('self_harm', { language, warned: false }).join(' ')).toContain('109')
  }
})

it('an emergency is heard in every language', () => {
  for (const words of ['구급차 좀 불러 주세요', 'call an ambulance', '救急車を呼んでください', '快叫救护车'])
    expect(concernIn(words), words).toBe('emergency')
  for (const words of ['花輪をお願いします', '我想订一个花圈', '父が亡くなりました', '我父亲去世了'])
    expect(concernIn(words), words).toBeNull()
})
