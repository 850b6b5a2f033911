/** Trunks as a file would give them, on an endpoint of their own. */
import { expect } from 'vitest'
import { readTrunks, type TrunkSettings } from '../../../config/trunks.ts'
import type { IncomingInvite, SipEndpoint } from '../../../media-gateway/sip/index.ts'
import type { DialOptions } from '../../../media-gateway/trunks/outbound-route.ts'
import { Trunks, type TrunksOptions } from '../../../media-gateway/trunks/trunks.ts'
import { closeLater, HOST, offerOf, openEndpoint, UNHURRIED } from '../sip/harness.ts'

export const logger = { debug() {}, info() {}, warn() {}, error() {} }
export const CALLER = '07012345678'
export const CALLEE = '01098765432'

export interface TrunkInput {
  readonly name: string
  readonly ports: readonly number[]
  readonly [key: string]: unknown
}

/** Trunks as the file would give them: servers in the order of their ports, not asked by OPTIONS. */
export function settingsOf(trunks: readonly TrunkInput[]): readonly TrunkSettings[] {
  const text = JSON.stringify({
    trunks: trunks.map(({ ports, ...rest }) => ({
      servers: ports.map((port, priority) => ({ host: HOST, port, priority })),
      check_seconds: 0,
      ...rest,
    })),
  })
  const { trunks: settings, problems } = readTrunks(text, { environment: {}, hasTcp: true, hasTls: false })
  expect(problems).toEqual([])
  return settings
}

export async function openTrunks(
  inputs: readonly TrunkInput[],
  options: Partial<TrunksOptions> = {},
  sip?: SipEndpoint,
) {
  const trunks = await Trunks.create({ settings: settingsOf(inputs), logger, ...options })
  const endpoint = sip ?? (await openEndpoint({ timers: UNHURRIED }))
  trunks.open(endpoint)
  closeLater(() => trunks.stop())
  const dialOptions = (more: Partial<DialOptions> = {}): DialOptions => ({
    callerNumber: CALLER,
    calleeNumber: CALLEE,
    sdp: () => offerOf(20_000),
    ...more,
  })
  const call = async (more: Partial<DialOptions> = {}) => {
    const dial = dialOptions(more)
    return (await trunks.route(dial)).dial(dial)
  }
  const inUse = () => trunks.states.map(({ channelsInUse }) => channelsInUse)
  return { trunks, sip: endpoint, call, inUse }
}

export const openRefusing = (code: number, retryAfterSeconds?: number) => {
  const invites: IncomingInvite[] = []
  const refuse = (invite: IncomingInvite) => {
    invites.push(invite)
    invite.reject(code, undefined, retryAfterSeconds)
  }
  return openEndpoint({ timers: UNHURRIED, onInvite: refuse }).then((endpoint) => ({ endpoint, invites }))
}
