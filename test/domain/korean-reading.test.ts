import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitByDigit, nativeKorean, SINO_LIMIT, sinoKorean } from '../../domain/korean-numerals.ts'
import { readKorean } from '../../domain/korean-reading.ts'
import {
  parseNativeNumber,
  parseSinoNumber,
  spokenDigits,
} from '../../simulators/claude/nlu/korean-number.ts'

const aloud = (text: string): string =>
  readKorean(text)
    .map((piece) => piece.reading ?? piece.text)
    .join('')

describe('Korean as it is read aloud', () => {
  it.each([
    ['8만 원입니다.', '팔만 원입니다.'],
    ['80,000원을 결제해 주세요.', '팔만 원을 결제해 주세요.'],
    ['8만 5,500원', '팔만오천오백 원'],
    ['10,000원', '만 원'],
    ['100,000,000원', '일억 원'],
    ['연락처는 010-1234-5678이고', '연락처는 공일공, 일이삼사, 오육칠팔이고'],
    ['02-987-6500으로', '공이, 구팔칠, 육오공공으로'],
    ['1588-0000', '일오팔팔, 공공공공'],
    ['내일 오전 10시까지', '내일 오전 열 시까지'],
    ['오후 2시 30분', '오후 두 시 삼십 분'],
    ['15시', '십오 시'],
    ['24시간 안에', '스물네 시간 안에'],
    ['36시간', '삼십육 시간'],
    ['11월 28일(토) 오전 10시', '십일월 이십팔일 토요일 오전 열 시'],
    ['6월 10일', '유월 십일'],
    ['10월 6일', '시월 육일'],
    ['2026년 11월', '이천이십육년 십일월'],
    ['3개월', '삼개월'],
    ['근조화환 2개', '근조화환 두 개'],
    ['20송이', '스무 송이'],
    ['21명', '스물한 명'],
    ['120명', '백이십 명'],
    ['특2호실로', '특 이 호실로'],
    ['12호', '십이 호'],
    ['3층', '삼층'],
    ['3.5', '삼 점 오'],
    ['10%', '십 퍼센트'],
    ['10분 안에', '십분 안에'],
    ['007', '공공칠'],
    ['주문번호 261126-7KQ2', '주문번호 숫자 이 육 일 일 이 육, 숫자 칠, 영문 케이 큐, 숫자 이'],
    ['(주)한빛상사', '주식회사 한빛상사'],
    ['故 박영자', '고 박영자'],
    ['AI 상담원', '에이아이 상담원'],
    ['DAERI와 MAIN', 'DAERI와 MAIN'],
    ['네, 알겠습니다.', '네, 알겠습니다.'],
  ])('%s: %s', (text, expected) => expect(aloud(text)).toBe(expected))

  it('loses and adds nothing, and leaves no figure to guess at', () => {
    const part = fc.oneof(
      fc.nat().map(String),
      fc.constantFrom(
        '원',
        '만 원',
        '개',
        '시',
        '시간',
        '월',
        '일',
        '호실',
        '-',
        ',',
        '.',
        ' ',
        '%',
        '(토)',
        '故',
        '가',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const pieces = readKorean(text)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        expect(pieces.every((piece) => piece.text !== '')).toBe(true)
        expect(aloud(text)).not.toMatch(/\d/)
      }),
    )
  })

  it('telephone numbers are told digit by digit, so that they can be written down', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^010-\d{4}-\d{4}$/), (phone) => {
        expect(spokenDigits(aloud(phone).replace(/[, ]/g, ''))).toBe(phone.replaceAll('-', ''))
      }),
    )
  })
})

describe('numerals', () => {
  it('mean the number, as somebody who hears them reckons', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), (number) => {
        expect(parseSinoNumber(sinoKorean(number))).toBe(number)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59 }), (number) => {
        expect(parseNativeNumber(nativeKorean(number).replace(/^스무$/, '스물'))).toBe(number)
      }),
    )
  })

  it('are built of ten thousands', () => {
    const myriad = fc.integer({ min: 2, max: 9_999 })
    fc.assert(
      fc.property(myriad, myriad, (high, low) => {
        expect(sinoKorean(high * 10_000 + low)).toBe(`${sinoKorean(high)}만${sinoKorean(low)}`)
        expect(sinoKorean(high * 100_000_000 + low)).toBe(`${sinoKorean(high)}억${sinoKorean(low)}`)
      }),
    )
  })

  it('have a word for everything below their limit, and none twice', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        fc.pre(a !== b && a < SINO_LIMIT && b < SINO_LIMIT)
        expect(sinoKorean(a)).not.toBe(sinoKorean(b))
        expect(sinoKorean(a)).toMatch(/^[영일이삼사오육칠팔구십백천만억조]+$/)
      }),
    )
    expect(sinoKorean(0)).toBe('영')
    expect(digitByDigit('010')).toBe('공일공')
  })
})
