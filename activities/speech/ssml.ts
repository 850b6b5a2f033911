/** A sentence as Speech Synthesis Markup (W3C SSML 1.1, as Azure takes it): what is read otherwise than written says so. */
import { readKorean } from '../../domain/korean-reading.ts'
import type { SpeechLanguage } from './ports.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 can't hold are left out: one of them would fail the whole sentence. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)

/** @param voice name of a voice of the service. */
export function toSsml(text: string, language: SpeechLanguage, voice: string): string {
  const body = spokenBody(text, language)
  return (
    `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="${language}">` +
    `<voice name="${escaped(voice)}">${body}</voice></speak>`
  )
}

/** What stands within the voice's element: text and markup that the service bills. */
export const spokenBody = (text: string, language: SpeechLanguage): string =>
  language === 'ko-KR' ? koreanBody(text) : escaped(text)

const koreanBody = (text: string): string =>
  readKorean(text)
    .map(({ text: written, reading }) =>
      reading === null ? escaped(written) : `<sub alias="${escaped(reading)}">${escaped(written)}</sub>`,
    )
    .join('')
