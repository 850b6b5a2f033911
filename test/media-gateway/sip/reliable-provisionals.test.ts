/** Provisional answers that are confirmed by PRACK (RFC 3262), message by message. */
import { afterEach, describe, expect, it } from 'vitest'
import type { IncomingInvite } from '../../../media-gateway/sip/index.ts'
import {
  answerTo,
  cleanUp,
  HOST,
  offerOf,
  openEndpoint,
  openRawPeer,
  rawRequest,
  rawResponse,
  toTagOf,
  until,
} from './harness.ts'

afterEach(cleanUp)

async function callRequiring(onInvite: (invite: IncomingInvite) => void, body = offerOf(20_000)) {
  const invites: IncomingInvite[] = []
  const endpoint = await openEndpoint({
    onInvite: (invite) => {
      invites.push(invite)
      onInvite(invite)
    },
  })
  const peer = await openRawPeer()
  peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, lines: ['Require: 100rel'], body }), endpoint)
  const prack = (rack: string, cseq: number, toTag: string, sdp = '') =>
    peer.send(
      rawRequest(peer, {
        method: 'PRACK',
        to: endpoint,
        cseq,
        toTag,
        branch: `z9hG4bK-prack-${cseq}`,
        lines: [`RAck: ${rack}`],
        body: sdp,
      }),
      endpoint,
    )
  return { endpoint, peer, invites, prack }
}

describe('a caller who requires 100rel', () => {
  it('gets our ringing again and again until it has confirmed it, and the 200 only then', async () => {
    const { peer, prack, endpoint, invites } = await callRequiring((invite) => {
      invite.ringing()
      invite.answer(answerTo(invite)).catch(() => {})
    })
    const ringing = await peer.next('180', 3)
    expect(ringing.header('Require')).toBe('100rel')
    expect(peer.count('200')).toBe(0)
    const rseq = Number(ringing.header('RSeq'))
    const toTag = toTagOf(ringing)
    prack(`${rseq + 7} 1 INVITE`, 2, toTag)
    expect((await peer.nextWithCseq('2 PRACK')).what).toBe('481')
    prack(`${rseq} 1 INVITE`, 3, toTag)
    expect((await peer.nextWithCseq('3 PRACK')).what).toBe('200')
    const ok = await until(() =>
      peer.received.some(({ what, header }) => what === '200' && header('CSeq') === '1 INVITE'),
    )
    expect(ok).toBeUndefined()
    const rang = peer.count('180')
    peer.send(rawRequest(peer, { method: 'ACK', to: endpoint, toTag }), endpoint)
    await until(() => invites[0]?.state === 'answered')
    expect(peer.count('180')).toBe(rang)
    // The PRACKs count in the dialog: its next request has to be later.
    peer.send(rawRequest(peer, { method: 'BYE', to: endpoint, toTag, cseq: 4 }), endpoint)
    expect((await peer.nextWithCseq('4 BYE')).what).toBe('200')
  })

  it('gets one provisional answer after the other, with rising numbers', async () => {
    const { peer, prack } = await callRequiring((invite) => {
      invite.ringing()
      invite.progress(answerTo(invite))
    })
    const ringing = await peer.next('180')
    const rseq = Number(ringing.header('RSeq'))
    expect(peer.count('183')).toBe(0)
    prack(`${rseq} 1 INVITE`, 2, toTagOf(ringing))
    const progress = await peer.next('183')
    expect(Number(progress.header('RSeq'))).toBe(rseq + 1)
    expect(progress.text).toContain('m=audio')
  })

  it('who never confirms is given up with 504', async () => {
    const { peer, invites } = await callRequiring((invite) => {
      invite.ringing()
      invite.answer(answerTo(invite)).catch(() => {})
    })
    const failure = await peer.next('504')
    expect(failure.header('CSeq')).toBe('1 INVITE')
    expect(invites[0]?.state).toBe('rejected')
  })

  it('may give up while we wait for it', async () => {
    const answers: unknown[] = []
    const { peer, endpoint } = await callRequiring((invite) => {
      invite.ringing()
      invite.answer(answerTo(invite)).catch((error) => answers.push(error.reason))
    })
    await peer.next('180')
    peer.send(rawRequest(peer, { method: 'CANCEL', to: endpoint, branch: 'z9hG4bK-INVITE-1' }), endpoint)
    await peer.next('487')
    await until(() => answers.length === 1)
    expect(answers).toEqual(['cancelled'])
  })

  it('who offers nothing answers our early offer in its PRACK', async () => {
    const { peer, prack, invites, endpoint } = await callRequiring((invite) => {
      invite.progress(offerOf(30_000))
      invite.answer(offerOf(30_000)).then(
        (dialog) => answered.push(dialog.remoteSdp),
        () => {},
      )
    }, '')
    const answered: (string | null)[] = []
    const progress = await peer.next('183')
    prack(`${progress.header('RSeq')} 1 INVITE`, 2, toTagOf(progress), offerOf(20_000))
    await until(() =>
      peer.received.some(({ what, header }) => what === '200' && header('CSeq') === '1 INVITE'),
    )
    peer.send(rawRequest(peer, { method: 'ACK', to: endpoint, toTag: toTagOf(progress) }), endpoint)
    await until(() => invites[0]?.state === 'answered')
    expect(answered).toEqual([offerOf(20_000)])
  })
})

describe('a callee that rings reliably', () => {
  it('is confirmed once for each answer, by each phone that rings', async () => {
    const endpoint = await openEndpoint()
    const peer = await openRawPeer()
    const heard: string[] = []
    const placed = endpoint.invite({
      target: { host: HOST, port: peer.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
      onRinging: () => heard.push('ringing'),
      onProgress: () => heard.push('progress'),
    })
    const invite = await peer.next('INVITE')
    expect(invite.header('Supported')).toBe('100rel, timer, replaces')
    const reliable = (code: number, rseq: number, toTag = 'peer', body = '') =>
      peer.send(
        rawResponse(peer, invite, code, { toTag, body }).replace(
          'Contact:',
          `Require: 100rel\r\nRSeq: ${rseq}\r\nContact:`,
        ),
        endpoint,
      )
    reliable(180, 10)
    const first = await peer.nextWithCseq('2 PRACK')
    expect(first.header('RAck')).toBe('10 1 INVITE')
    expect(first.header('To')).toContain(';tag=peer')
    peer.send(rawResponse(peer, first, 200).replace(';tag=peer;tag=peer', ';tag=peer'), endpoint)
    reliable(180, 10)
    reliable(183, 12, 'peer', offerOf(30_000))
    reliable(183, 11, 'peer', offerOf(30_000))
    expect((await peer.nextWithCseq('3 PRACK')).header('RAck')).toBe('11 1 INVITE')
    reliable(180, 99, 'other')
    await until(() => peer.received.some(({ header }) => header('RAck') === '99 1 INVITE'))
    expect(heard).toEqual(['ringing', 'progress'])
    // The 200 builds on the early answer, and the dialog goes on from its PRACKs.
    peer.send(rawResponse(peer, invite, 200), endpoint)
    const outcome = await placed.outcome
    if (outcome.kind !== 'answered') throw new Error('not answered')
    expect(outcome.dialog.remoteSdp).toBe(offerOf(30_000))
    void outcome.dialog.bye()
    expect((await peer.next('BYE')).header('CSeq')).toBe('4 BYE')
    expect(peer.received.filter(({ header }) => header('RAck')?.startsWith('12'))).toHaveLength(0)
  })
})
