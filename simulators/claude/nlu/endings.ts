/** Korean particles and sentence endings around a bare answer. */

/** Whether the last syllable closes with a consonant: decides between "이요" and "요". */
export function hasFinalConsonant(text: string): boolean {
  const code = text.codePointAt(text.length - 1)
  if (code === undefined || code < 0xac00 || code > 0xd7a3) return false
  return (code - 0xac00) % 28 !== 0
}

const FILLERS =
  /^(?:(?:여보세요|제 말 들리세요|네|예|아|어|음|저|그|저기|그게|그러니까|있잖아요|그냥|아니요|아뇨|아니|well|uh|um|yes|no)(?=[\s,.!?]|$)[\s,.!?]*)+/i

/** "으로 해주세요" and its kin: a request for the thing named before. */
const REQUEST =
  /\s*(?:이?라고|으?로|을|를|은|는|이|가)?\s*(?:좀\s*)?(?:해|적어|써|넣어|보내|달아|부탁|배달해|배송해|잡아|맞춰)\s*(?:주세요?|주시면\s*(?:돼요|됩니다|될\s*것\s*같아요|좋겠어요|감사하겠습니다)|주십시오|주시겠어요|주실래요|줘요|드려요|드립니다|드릴게요|주시고요?|주고요?)$/
const CALLED = /\s*(?:이?라고)\s*(?:합니다|해요|하는데요|하고요|불러요)$/
const COPULA =
  /(?:입니다만|입니다|이에요|예요|이예요|인데요|이거든요|거든요|이고요|이구요|고요|구요|이요|이랍니다|이죠|죠|이지요|이십니다|이세요|세요)$/
const PUNCTUATION = /[\s.,!?~…"'“”‘’]+$/
const OPENING = /^[\s.,!?~…"'“”‘’|]+/

/** Copulas that begin with 이 belong to the ending only after a consonant ("김순이요" is 김순이 + 요). */
const AFTER_CONSONANT = /^이(?!거든|예)/

/**
 * The bare thing said: fillers before it and endings after it removed.
 * @example stripEndings('네, 홍길동이요.') // '홍길동'
 */
export function stripEndings(text: string): string {
  let bare = stripFillers(text)
  bare = trimEnd(bare.replace(REQUEST, ''))
  bare = trimEnd(bare.replace(CALLED, ''))
  bare = trimEnd(stripCopula(bare))
  // "문구는 …로요", "서울아산병원으로요"
  bare = bare.replace(/(?<=\S)(?:으?로)요?$/, (particle) =>
    particle.startsWith('으') || bare.length > 4 ? '' : particle,
  )
  return trimEnd(bare).trim()
}

export function stripFillers(text: string): string {
  return trimEnd(text.trim().replace(OPENING, '').replace(FILLERS, ''))
}

function stripCopula(text: string): string {
  // "빕니다" and other formal verbs are no copula.
  const match = COPULA.exec(text)
  if (match === null) return stripYo(text)
  const stem = text.slice(0, match.index)
  if (stem === '') return text
  if (AFTER_CONSONANT.test(match[0]) && !hasFinalConsonant(stem) && /[가-힣]$/.test(stem)) {
    return match[0] === '이요' ? `${stem}이` : stem
  }
  return stem
}

function stripYo(text: string): string {
  return /[가-힣A-Za-z0-9)]요$/.test(text) ? text.slice(0, -1) : text
}

function trimEnd(text: string): string {
  return text.replace(PUNCTUATION, '')
}

/** "홍길동 님", "박영자씨" -> the name alone. */
export function stripHonorific(name: string): string {
  return name
    .replace(/\s*(?:님|씨|여사님|어르신|선생님|어머님|아버님)(?:이|의|께|께서|에게|한테)?$/, '')
    .trim()
}
