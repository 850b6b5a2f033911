/** Calls that our own people make: who they are, and whom they may reach by what they dialled. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { personOfExtension } from '../db/queries/agent-phones.ts'
import { type DialRules, readDialled } from '../domain/agent-dialling.ts'
import { findPhone, type GatewaySettings } from './gateway-phones.ts'

export interface FindDialTargetInput {
  /** Number of the telephone that dials, or transfers. */
  readonly extension: string
  readonly dialled: string
}

/** Somebody of ours as a call's record keeps them. */
export interface PhoneOwner {
  /** null: a telephone on a desk, of nobody in particular. */
  readonly personId: string | null
  /** Of such a telephone its number. */
  readonly personName: string
}

export type DialTarget =
  | ({ readonly kind: 'phone'; readonly extension: string; readonly gatewayHost: string } & PhoneOwner)
  /** @property number national digits, or with a leading + or 00. */
  | { readonly kind: 'outside'; readonly number: string }
  /** @property sipCode 403: the rules exclude the number, 404: it is none, 480: that telephone is off. */
  | { readonly kind: 'refused'; readonly sipCode: 403 | 404 | 480 }

export interface DialPlan {
  readonly agent: PhoneOwner
  readonly target: DialTarget
  /** Shown to whoever is called outside: a number that our carriers let us show. */
  readonly companyPhone: string
  /** Whether calls that our people make to the outside are recorded. */
  readonly isRecorded: boolean
}

export interface AgentCallActivities {
  findDialTarget(input: FindDialTargetInput): Promise<DialPlan>
}

export interface AgentCallDependencies {
  readonly database: Database
  readonly settings: GatewaySettings & Pick<Settings, 'company' | 'agentCalls'>
}

/** Numbers of telephones of ours are that short; others begin with an area code, or are longer. */
const EXTENSION = /^[1-9]\d{2,5}$/

export function createAgentCallActivities(deps: AgentCallDependencies): AgentCallActivities {
  const { database, settings } = deps
  return {
    findDialTarget: async ({ extension, dialled }) => ({
      agent: (await ownerOf(database, extension)) ?? { personId: null, personName: extension },
      target: (await phoneBy(deps, dialled)) ?? outside(dialled, settings.agentCalls),
      companyPhone: settings.company.phone,
      isRecorded: settings.agentCalls.recorded,
    }),
  }
}

async function ownerOf(database: Database, extension: string): Promise<PhoneOwner | null> {
  const person = await personOfExtension(database, extension)
  return person === null ? null : { personId: person.id, personName: person.name }
}

/** null: that is no telephone of ours. */
async function phoneBy(
  { database, settings }: AgentCallDependencies,
  dialled: string,
): Promise<DialTarget | null> {
  if (!EXTENSION.test(dialled)) return null
  const [owner, gatewayHost] = await Promise.all([ownerOf(database, dialled), findPhone(settings, dialled)])
  if (gatewayHost !== null)
    return {
      kind: 'phone',
      extension: dialled,
      gatewayHost,
      ...(owner ?? { personId: null, personName: dialled }),
    }
  return owner === null ? null : { kind: 'refused', sipCode: 480 }
}

function outside(dialled: string, rules: DialRules): DialTarget {
  const read = readDialled(dialled, rules)
  if (read.kind === 'number') return { kind: 'outside', number: read.number }
  return { kind: 'refused', sipCode: read.why === 'forbidden' ? 403 : 404 }
}
