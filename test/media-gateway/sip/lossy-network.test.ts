/** Calls over a network that loses datagrams: the reliability timers at work. */
import { afterEach, expect, it } from 'vitest'
import type { Dialog } from '../../../media-gateway/sip/index.ts'
import { answerTo, cleanUp, offerOf, openEndpoint, openLossyNetwork, until } from './harness.ts'

afterEach(cleanUp)

const numbers = { callerNumber: '0212345678', calleeNumber: '01098765432' }

/** A whole call, callee hanging up, over a network that loses what `lose` says. */
async function callOver(lose: (text: string) => boolean) {
  const network = await openLossyNetwork(lose)
  const dialogs: Dialog[] = []
  const callee = await openEndpoint({
    onInvite: (invite) => {
      invite.ringing()
      void invite.answer(answerTo(invite)).then((dialog) => dialogs.push(dialog))
    },
  })
  const caller = await openEndpoint()
  network.connect(caller, callee)
  const outcome = await caller.invite({ target: network.target, sdp: offerOf(20_000), ...numbers }).outcome
  if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
  await until(() => dialogs.length === 1)
  await dialogs[0]?.bye()
  await expect(outcome.dialog.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
  await until(() => [caller, callee].every((end) => end.stats().pendingCalls + end.stats().dialogs === 0))
  return network.lost()
}

/** Loses the first two datagrams of one kind. */
function firstTwo(matches: RegExp): (text: string) => boolean {
  let left = 2
  return (text) => matches.test(text) && left-- > 0
}

it.each([
  ['INVITE', /^INVITE /],
  ['100 and 180', /^SIP\/2.0 1/],
  ['200 to INVITE', /^SIP\/2.0 200[\s\S]*CSeq: 1 INVITE/],
  ['ACK', /^ACK /],
  ['BYE', /^BYE /],
  ['200 to BYE', /^SIP\/2.0 200[\s\S]*CSeq: \d+ BYE/],
])('a call survives the loss of %s', async (_name, matches) => {
  expect(await callOver(firstTwo(matches))).toBe(2)
})

it('a refusal survives the loss of 486 and its ACK', async () => {
  const lose486 = firstTwo(/^SIP\/2.0 486/)
  const loseAck = firstTwo(/^ACK/)
  const network = await openLossyNetwork((text) => lose486(text) || loseAck(text))
  const callee = await openEndpoint({ onInvite: (invite) => invite.reject(486) })
  const caller = await openEndpoint()
  network.connect(caller, callee)
  const { outcome } = caller.invite({ target: network.target, sdp: offerOf(20_000), ...numbers })
  await expect(outcome).resolves.toMatchObject({ code: 486 })
  await until(() => callee.stats().transactions === 0 && network.lost() === 4)
})

it('a cancel survives the loss of CANCEL and 487', async () => {
  const loseCancel = firstTwo(/^CANCEL/)
  const lose487 = firstTwo(/^SIP\/2.0 487/)
  const network = await openLossyNetwork((text) => loseCancel(text) || lose487(text))
  const callee = await openEndpoint({ onInvite: (invite) => invite.ringing() })
  const caller = await openEndpoint()
  network.connect(caller, callee)
  const options = { target: network.target, sdp: offerOf(20_000), ...numbers }
  const call = caller.invite({ ...options, onRinging: () => call.cancel() })
  await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled' })
  expect(network.lost()).toBe(4)
})

it('twenty calls at once survive the loss of every third datagram', async () => {
  // Each call counts on its own, so that the same calls lose the same datagrams in every run.
  const counts = new Map<string, number>()
  const network = await openLossyNetwork((text) => {
    const callId = /^Call-ID: (.*)$/m.exec(text)?.[1] ?? ''
    const count = (counts.get(callId) ?? 0) + 1
    counts.set(callId, count)
    return count % 3 === 1
  })
  const callee = await openEndpoint({
    onInvite: (invite) => void invite.answer(answerTo(invite)).catch(() => {}),
  })
  const caller = await openEndpoint()
  network.connect(caller, callee)
  const calls = Array.from({ length: 20 }, () =>
    caller.invite({ target: network.target, sdp: offerOf(20_000), ...numbers }),
  )
  for (const call of calls) {
    const outcome = await call.outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    await outcome.dialog.bye()
  }
  await until(() => [caller, callee].every((end) => Object.values(end.stats()).every((count) => count === 0)))
  expect(network.lost()).toBeGreaterThanOrEqual(40)
})
