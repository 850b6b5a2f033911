import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CardGuard } from '../../activities/dialogue/card-guard.ts'
import { mayTellCardNumber } from '../../domain/card-numbers.ts'

function open() {
  const sent: string[] = []
  return { sent, guard: new CardGuard(({ type }) => sent.push(type)) }
}

test('what is told after "the card number is" is not recorded, and what is said after it is', () => {
  const { sent, guard } = open()
  for (const words of ['제', '제 카드 번호는', '제 카드 번호는 사일일일']) guard.hears(words)
  expect(sent).toEqual(['recording.pause'])
  guard.turnOver('제 카드 번호는 사일일일')
  // The rest comes after our answer, in a turn of its own.
  guard.hears('일일일일')
  guard.turnOver('4111 1111 1111')
  expect(sent).toEqual(['recording.pause'])
  guard.hears('네')
  guard.turnOver('네 알겠습니다')
  expect(sent).toEqual(['recording.pause', 'recording.resume'])
})

test('who was asked for it may begin with any digit', () => {
  const { sent, guard } = open()
  guard.hears('카드 번호를 말씀해 주시겠어요?')
  guard.hears('사')
  guard.turnOver('')
  expect(sent).toEqual(['recording.pause'])
})

test('a call without cards is recorded throughout; a pause made by hand is not ended', () => {
  const { sent, guard } = open()
  guard.hears('010-1234-5678이요')
  guard.turnOver('010-1234-5678이요')
  expect(sent).toEqual([])
})

test('whatever is said, pause and resume alternate, and nothing that may be a card is said while it records', () => {
  const word = fc.constantFrom('네', '카드 번호', '사일일일 일일', '4111 1111', '공일공', '')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), word)), (said) => {
      const { sent, guard } = open()
      for (const [isOver, words] of said) {
        guard.hears(words)
        if (mayTellCardNumber(words)) expect(sent.at(-1)).toBe('recording.pause')
        if (isOver) guard.turnOver(words)
      }
      sent.forEach((type, index) => {
        expect(type).toBe(index % 2 === 0 ? 'recording.pause' : 'recording.resume')
      })
    }),
  )
})
