/** The words of each language. */
import type { Persona } from './persona.ts'
import type { PersonPhrases } from './phrases.ts'
import { ENGLISH } from './phrases-en.ts'
import { KOREAN } from './phrases-ko.ts'

const PHRASES: Readonly<Record<Persona['language'], PersonPhrases>> = { ko: KOREAN, en: ENGLISH }

export const phrasesOf = (language: Persona['language']): PersonPhrases => PHRASES[language]
