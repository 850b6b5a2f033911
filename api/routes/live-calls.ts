/** What is done with a call while it lives: listen in, whisper, take it over, leave it, pause its recording. */
import { createRoute, z } from '@hono/zod-openapi'
import { findPhone } from '../../activities/gateway-phones.ts'
import { extensionOf } from '../../db/queries/agent-phones.ts'
import type { GuestMode } from '../../domain/call-guests.ts'
import type { AuditEntry } from '../auth/sign-in.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { findCalls } from '../queries/calls.ts'
import type { ApiRouter } from '../routing.ts'
import { callIdParam, json, problems } from './responses.ts'

const tags = ['Calls']
/** What became of it is in the call, and comes as an event. */
const doneSchema = z.object({ ok: z.literal(true) }).openapi('LiveCallDone')
const DONE = { ok: true } as const

const route = <Path extends string>(path: Path, summary: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary,
    request: { params: callIdParam },
    responses: {
      200: json(doneSchema, 'Done; a telephone that is to ring rings'),
      ...problems(
        'unauthenticated',
        'forbidden',
        'not_found',
        'refused',
        'invalid_request',
        'workflow_engine_unavailable',
      ),
    },
  })

const listenRoute = route(
  '/api/calls/{call_id}/listen',
  'Listen in on a live call by one’s own softphone, unheard (owner only; it is written down)',
)
const whisperRoute = route(
  '/api/calls/{call_id}/whisper',
  'Be heard by the colleague who talks with the caller, and hear all (owner only; it is written down)',
)
const takeOverRoute = route(
  '/api/calls/{call_id}/take-over',
  'Talk with the caller by one’s own softphone instead of the AI, from the answer on',
)
const leaveRoute = route('/api/calls/{call_id}/leave', 'Put one’s own telephone in this call down')
const pauseRoute = route(
  '/api/calls/{call_id}/recording/pause',
  'Leave what is said from now on out of the recording, e.g. a card number',
)
const resumeRoute = route('/api/calls/{call_id}/recording/resume', 'Record again')

const AUDITED: Readonly<Record<GuestMode, AuditEntry['action']>> = {
  listen: 'call_listen',
  whisper: 'call_whisper',
  talk: 'call_take_over',
}

/** Adds what people do with live calls. */
export function addLiveCallRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { calls, database, settings, signIn } = deps

  const liveCall = async (callId: string) => {
    const [row] = await findCalls(database, [callId])
    if (row === undefined) throw new ApiProblem('not_found', `There is no call ${callId}.`)
    if (row.state !== 'live') throw new ApiProblem('refused', 'This call is not live.', { code: 'not_live' })
    return row
  }
  const audit = (person: Person, action: AuditEntry['action'], callId: string) =>
    signIn.writeAudit({ actor: person.email, action, orderId: null, reason: callId })

  const join = async (callId: string, person: Person, mode: GuestMode) => {
    const row = await liveCall(callId)
    const extension = await extensionOf(database, person.id)
    const gatewayHost = await findPhone(settings, extension)
    if (gatewayHost === null)
      throw new ApiProblem('refused', 'Your telephone in the app is off.', { code: 'no_phone' })
    // Written down before anybody hears a word.
    await audit(person, AUDITED[mode], callId)
    await calls.join(row.workflow_id, {
      personId: person.id,
      personName: person.name,
      mode,
      extension,
      gatewayHost,
    })
  }
  const setRecording = async (callId: string, person: Person, paused: boolean) => {
    const row = await liveCall(callId)
    await calls.setRecording(row.workflow_id, { paused, personName: person.name })
    await audit(person, paused ? 'call_recording_pause' : 'call_recording_resume', callId)
  }

  const joining = [
    ['admin', listenRoute, 'listen'],
    ['admin', whisperRoute, 'whisper'],
    ['signed_in', takeOverRoute, 'talk'],
  ] as const
  for (const [permission, joinRoute, mode] of joining)
    router.declare(permission, joinRoute, async (c) => {
      await join(c.req.valid('param').call_id, c.get('person'), mode)
      return c.json(DONE, 200)
    })
  router.declare('signed_in', leaveRoute, async (c) => {
    const row = await liveCall(c.req.valid('param').call_id)
    await calls.leave(row.workflow_id, c.get('person').id)
    return c.json(DONE, 200)
  })
  const recording = [
    [pauseRoute, true],
    [resumeRoute, false],
  ] as const
  for (const [recordingRoute, paused] of recording)
    router.declare('signed_in', recordingRoute, async (c) => {
      await setRecording(c.req.valid('param').call_id, c.get('person'), paused)
      return c.json(DONE, 200)
    })
}
