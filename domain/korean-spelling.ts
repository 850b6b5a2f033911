/**
 * Names as they are spelled on the telephone in Korea: a syllable by a word that everybody knows it from ("길할 때 길"),
 * one without such a word by its letters; Latin letters one by one. Pure.
 */
import { digitByDigit } from './korean-numerals.ts'

/** A common word with the syllable in it, that says which of those that sound alike is meant. */
const WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '가을 강물 건강 경기 고향 공원 광주 교실 구름 국민 군인 권리 귀신 규칙 근로 금요일 기차 길거리 김치 나무 남쪽 ' +
    '노래 다리 단풍 달력 대문 덕담 도시 동쪽 두부 라디오 로봇 루비 리본 마음 만두 말씀 ' +
    '명절 모자 목요일 무지개 문서 미소 민들레 바다 박수 반달 방송 배추 백두산 범인 변호사 별빛 병원 보물 복숭아 봉투 부산 북쪽 분홍 ' +
    '비누 빈칸 사람 산길 상자 새벽 서울 석유 선물 설탕 성공 세계 소나무 손님 송편 수박 숙제 순서 숲속 슬기 승리 시계 ' +
    '식당 신문 심장 아침 안경 애국 양말 어머니 언덕 엄마 여름 연필 염소 영화 예절 오이 옥수수 온도 완두 왕관 용기 우유 운동 ' +
    '웅변 원숭이 월요일 위로 유리 윤리 율무 은행 음악 의자 이름 인천 일요일 임금 자전거 장미 재료 전화 정원 제주 조개 종이 ' +
    '주소 준비 중국 지도 진주 차표 찬물 창문 채소 천사 철도 청소 초록 최고 추석 춘천 충청도 치약 태양 토요일 평화 표범 풍선 ' +
    '하늘 학교 한강 함박눈 해바라기 허리 혁신 현관 형제 혜택 호랑이 홍수 화요일 환영 황소 효도 후추 훈장 희망'
  )
    .split(' ')
    .map((word) => [[...word][0] ?? '', word]),
)

const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ']
const VOWELS = [...'아애야얘어에여예오와왜외요우워웨위유으의이']
const FINALS = ['', ...'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ']
const LETTER_NAMES: Readonly<Record<string, string>> = {
  ㄱ: '기역',
  ㄲ: '쌍기역',
  ㄳ: '기역 시옷',
  ㄴ: '니은',
  ㄵ: '니은 지읒',
  ㄶ: '니은 히읗',
  ㄷ: '디귿',
  ㄸ: '쌍디귿',
  ㄹ: '리을',
  ㄺ: '리을 기역',
  ㄻ: '리을 미음',
  ㄼ: '리을 비읍',
  ㄽ: '리을 시옷',
  ㄾ: '리을 티읕',
  ㄿ: '리을 피읖',
  ㅀ: '리을 히읗',
  ㅁ: '미음',
  ㅂ: '비읍',
  ㅃ: '쌍비읍',
  ㅄ: '비읍 시옷',
  ㅅ: '시옷',
  ㅆ: '쌍시옷',
  ㅇ: '이응',
  ㅈ: '지읒',
  ㅉ: '쌍지읒',
  ㅊ: '치읓',
  ㅋ: '키읔',
  ㅌ: '티읕',
  ㅍ: '피읖',
  ㅎ: '히읗',
}
const FIRST_SYLLABLE = 0xac00
const FINAL_COUNT = 28

/** "뷁" as "비읍 웨 리을 기역 받침". */
function byLetters(syllable: string): string {
  const offset = syllable.charCodeAt(0) - FIRST_SYLLABLE
  const final = FINALS[offset % FINAL_COUNT] ?? ''
  const vowel = VOWELS[Math.floor(offset / FINAL_COUNT) % VOWELS.length] ?? ''
  const initial = INITIALS[Math.floor(offset / FINAL_COUNT / VOWELS.length)] ?? ''
  const end = final === '' ? '' : ` ${LETTER_NAMES[final]} 받침`
  return `${LETTER_NAMES[initial]} ${vowel}${end}`
}

function spelled(character: string): string {
  if (/[가-힣]/.test(character)) {
    const word = WORDS[character]
    return word === undefined ? `${byLetters(character)}, ${character}` : `${word} 할 때 ${character}`
  }
  return /\d/.test(character) ? digitByDigit(character) : character.toUpperCase()
}

/**
 * Letters, syllables and digits one by one, in order; everything else (blanks, signs) is left out.
 * @example spellKorean('홍길동') // '홍수 할 때 홍, 길거리 할 때 길, 동쪽 할 때 동'
 */
export const spellKorean = (text: string): string =>
  [...text.normalize('NFC')]
    .filter((character) => /[가-힣\p{Script=Latin}\d]/u.test(character))
    .map(spelled)
    .join(', ')
