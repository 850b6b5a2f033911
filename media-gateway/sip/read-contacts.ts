/** The Contact values of a REGISTER with their parameters (RFC 3261 section 20.10, RFC 5626 section 4.2). */
import { Grammar, NameAddrHeader } from 'sip.js/lib/grammar/index.js'
import type { HeaderFields, SipUri } from './message.ts'
import { readAddress, splitCommas } from './parse-message.ts'

export interface ContactValue {
  readonly uri: SipUri
  /** 0 to 1. */
  readonly q: number | null
  /** As it was written. */
  readonly expires: string | undefined
  readonly instance: string | null
  readonly regId: string | null
}

/** null: a value breaks the grammar, or `*` is not alone. */
export function readContacts(headers: HeaderFields): '*' | ContactValue[] | null {
  const values = splitCommas(headers.getAll('contact'))
  if (values.includes('*')) return values.length === 1 ? '*' : null
  const contacts = values.map(readContact)
  return contacts.includes(null) ? null : contacts.filter((contact) => contact !== null)
}

function readContact(value: string): ContactValue | null {
  const address = readAddress(value)
  if (address === null) return null
  const q = parameterOf(value, 'q')
  if (q !== undefined && !/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q)) return null
  return {
    uri: address.uri,
    q: q === undefined ? null : Number(q),
    expires: parameterOf(value, 'expires'),
    instance: parameterOf(value, '+sip.instance') ?? null,
    regId: parameterOf(value, 'reg-id') ?? null,
  }
}

/** Of the header, not of the URI within its brackets. */
function parameterOf(value: string, name: string): string | undefined {
  const parsed: unknown = Grammar.parse(value, 'Name_Addr_Header')
  const header = parsed instanceof NameAddrHeader ? parsed : Grammar.parse(value, 'From')
  const parameter: unknown = header instanceof NameAddrHeader ? header.getParam(name) : undefined
  return parameter === undefined || parameter === null ? undefined : String(parameter)
}
