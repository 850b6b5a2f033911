import type { TFunction } from 'i18next'
import type { Language } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'

/**
 * Why something was refused or failed, for the reader. Our own sentences are Korean and have codes: who reads
 * another language gets them by the code. What the other side said in its own words is quoted as it was said.
 */
export function saidText(code: string, words: string, t: TFunction, language: Language): string {
  if (language === 'ko' && words !== '') return words
  const status = /^HTTP_(\d{3})$/.exec(code)?.[1]
  if (status !== undefined) return t('issue.http_error', { status })
  const known = openText('issue.said', code)
  return known === code && words !== '' ? words : known
}

/** "API: no answer in time / Phone: busy" of "api:TIMEOUT phone:BUSY". */
export function waysText(ways: string, t: TFunction, language: Language): string {
  return ways
    .split(' ')
    .map((way) => {
      const [method = '', ...code] = way.split(':')
      return `${openText('vendor.method', method)}: ${saidText(code.join(':'), '', t, language)}`
    })
    .join(' / ')
}
