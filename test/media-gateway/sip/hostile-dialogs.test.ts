/** Whatever the other side of a call says in it, in whatever order: each request has its answer, and nothing is left. */
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Dialog } from '../../../media-gateway/sip/index.ts'
import {
  answerTo,
  cleanUp,
  offerOf,
  openEndpoint,
  openRawPeer,
  rawRequest,
  toTagOf,
  until,
} from './harness.ts'

afterEach(cleanUp)

const METHODS = [
  'INVITE',
  'ACK',
  'UPDATE',
  'PRACK',
  'REFER',
  'NOTIFY',
  'INFO',
  'CANCEL',
  'OPTIONS',
  'FROB',
] as const

const header = fc.oneof(
  fc.constantFrom(
    'Require: 100rel',
    'Require: timer, replaces',
    'Require: unheard-of',
    'Supported: timer',
    'Session-Expires: 1',
    'Session-Expires: 90;refresher=uac',
    'Session-Expires: 1800;refresher=uas',
    'Session-Expires: -5',
    'Min-SE: 99999999999',
    'RAck: 1 1 INVITE',
    'RAck: x',
    'Refer-To: <sip:1001@127.0.0.1?Replaces=a%3Bto-tag%3Db>',
    'Refer-To: <mailto:x@y>',
    'Refer-To: <sip:1001@127.0.0.1>',
    'Refer-Sub: false',
    'Event: refer;id=1',
    'Event: presence',
    'Subscription-State: terminated;reason=noresource',
    'Replaces: a;to-tag=b;from-tag=c',
    'Content-Encoding: gzip',
    'Allow: UPDATE',
    'Contact: <sip:elsewhere@192.0.2.99>',
  ),
  fc.stringMatching(/^X-[A-Za-z]{1,8}: [ -~]{0,30}$/),
)

const body = fc.constantFrom(
  '',
  offerOf(20_002),
  offerOf(20_002).replace('0 8 101', '97'),
  'v=0\r\n',
  'SIP/2.0 200 OK\r\n',
)

const request = fc.record({
  method: fc.constantFrom(...METHODS),
  lines: fc.array(header, { maxLength: 3 }),
  body,
  /** Mostly one more than before; sometimes one that is too old, or far ahead. */
  cseqStep: fc.constantFrom(1, 1, 1, 1, 0, -3, 1_000),
})

describe('a call whose other side is out of its mind', () => {
  it('answers each request, is told of by no crash, and ends with its BYE', async () => {
    const errors: unknown[] = []
    const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) }
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (requests, accepts) => {
          const dialogs: Dialog[] = []
          const endpoint = await openEndpoint({
            logger,
            mayReplace: () => accepts,
            onInvite: async (invite) => {
              const dialog = await invite.answer(answerTo(invite))
              dialogs.push(dialog)
              if (accepts) dialog.onRefer((_asked, accept) => accept().notify(200))
            },
          })
          const peer = await openRawPeer()
          peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000) }), endpoint)
          const toTag = toTagOf(await peer.next('200'))
          peer.send(rawRequest(peer, { method: 'ACK', to: endpoint, toTag }), endpoint)
          await until(() => dialogs.length === 1)

          let cseq = 1
          const wanted: string[] = []
          for (const [index, { method, lines, body: text, cseqStep }] of requests.entries()) {
            cseq = Math.max(1, cseq + cseqStep)
            const branch = `z9hG4bK-mad-${index}`
            peer.send(
              rawRequest(peer, { method, to: endpoint, toTag, cseq, branch, lines, body: text }),
              endpoint,
            )
            if (method !== 'ACK') wanted.push(branch)
            // Its 2xx would be repeated until the ACK.
            if (method === 'INVITE')
              peer.send(
                rawRequest(peer, { method: 'ACK', to: endpoint, toTag, cseq, branch: `${branch}-ack` }),
                endpoint,
              )
          }
          const isAnswered = (branch: string) =>
            peer.received.some(
              ({ what, header: get }) => /^[2-6]/.test(what) && get('Via')?.includes(`${branch}`),
            )
          await until(() => wanted.every(isAnswered))

          peer.send(rawRequest(peer, { method: 'BYE', to: endpoint, toTag, cseq: cseq + 2_000 }), endpoint)
          await until(() => dialogs.every((dialog) => dialog !== undefined) && endpoint.stats().dialogs === 0)
          expect(endpoint.stats().pendingCalls).toBe(0)
          await cleanUp()
        },
      ),
      { numRuns: 60, endOnFailure: true },
    )
    expect(errors).toEqual([])
  })
})
