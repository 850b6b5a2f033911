/** What each step of a scenario does. */
import { morningSchema } from '../../api/schemas/morning.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { connectClient } from '../../temporal/connection.ts'
import {
  type CampaignStage,
  makeCampaign,
  noteConsent,
  readResults,
  steerCampaign,
} from './campaign-steps.ts'
import type { PersonEvidence } from './evidence.ts'
import { forge } from './forgery.ts'
import { OwnerClient } from './owner-client.ts'
import type { Condition, ScenarioFault, ScenarioStep } from './step-schema.ts'
import type { Target } from './target.ts'
import { visitOrderPage } from './visit.ts'
import type { WorldClient } from './world-client.ts'

export interface ScenarioPerson {
  readonly name: string
  readonly number: string
  /** Ids of the calls they made in this scenario. */
  readonly worldCalls: string[]
}

/** What a step works with. */
export interface Stage {
  readonly target: Target
  readonly world: WorldClient
  readonly person: (name: string) => ScenarioPerson
  readonly evidence: (person: ScenarioPerson) => Promise<PersonEvidence>
  readonly wait: (condition: Condition) => Promise<void>
  /** Asks again and again until there is an answer. @throws when there is none in time. */
  readonly until: <Found>(what: string, find: () => Promise<Found | undefined>) => Promise<Found>
  readonly addFault: (fault: ScenarioFault) => Promise<void>
  readonly removeFaults: () => Promise<void>
  /** A line of the story. */
  readonly tell: (text: string) => void
}

/** A step that can't be taken as the story stands. */
class StepError extends Error {}

type StepOf<Name extends string> = Extract<ScenarioStep, Readonly<Record<Name, unknown>>>

export async function playStep(step: ScenarioStep, stage: Stage): Promise<void> {
  if ('call' in step) await call(step, stage)
  else if ('text' in step) await write('texts', step.text, stage)
  else if ('kakao' in step) await write('kakao', step.kakao, stage)
  else if ('wait' in step) await stage.wait(step.wait)
  else if ('request_call' in step) await requestCall(step, stage)
  else if ('put_through' in step) await putThrough(step, stage)
  else if ('cancel_call' in step) await cancelCall(step, stage)
  else if ('campaign' in step) await makeCampaign(step.campaign, campaignStage(stage))
  else if ('steer_campaign' in step) await steerCampaign(step.steer_campaign, campaignStage(stage))
  else if ('campaign_results' in step) await readResults(step.campaign_results, campaignStage(stage))
  else if ('consent' in step) await noteConsent(step.consent, campaignStage(stage))
  else if ('kill' in step) await kill(step, stage)
  else if ('replace' in step) await replace(step, stage)
  else if ('fault' in step) {
    await stage.addFault(step.fault)
    stage.tell(`from now on: ${JSON.stringify(step.fault)}`)
  } else if ('clear_faults' in step) {
    await stage.removeFaults()
    stage.tell('the outside world works again')
  } else if ('act' in step) await act(step, stage)
  else if ('order' in step) await order(step, stage)
  else if ('advance' in step) await advance(step, stage)
  else if ('hold' in step) await hold(step, stage)
  else if ('vendor' in step) await chooseWays(step, stage)
  else if ('erp_layout' in step) {
    const { changed } = step.erp_layout
    await stage.world.changeErpLayout(changed)
    stage.tell(changed ? "the vendor's web pages have changed" : "the vendor's web pages are as they were")
  } else if ('visit' in step) await playVisit(step, stage)
  else if ('deposit' in step) await deposit(step, stage)
  else if ('settle_deposit' in step) await settleDeposit(step, stage)
  else if ('fall_back' in step) await fallBack(step, stage)
  else if ('trigger' in step) await trigger(step, stage)
  else if ('look_at_morning' in step) await lookAtMorning(step, stage)
  else await playForgery(step, stage)
}

async function call({ call: { from } }: StepOf<'call'>, { world, person, tell }: Stage): Promise<void> {
  const caller = person(from)
  caller.worldCalls.push(await world.startCall(caller.number))
  tell(`${caller.name} phones`)
}

async function requestCall(
  { request_call: { to, answered, scheduled_in, transfer_to_person, ...request } }: StepOf<'request_call'>,
  { target, person, tell }: Stage,
): Promise<void> {
  const callee = person(to)
  const owner = ownerOf(target)
  const caller_number = request.caller_number ?? target.settings.company.phone
  const body = {
    ...request,
    caller_number,
    callee_number: callee.number,
    ...(scheduled_in === undefined ? {} : { scheduled_at: inZone(scheduled_in) }),
    ...(transfer_to_person === undefined ? {} : { transfer_to: person(transfer_to_person).number }),
  }
  const status = await owner.requestCall(body)
  tell(`the owner has the AI call ${callee.name}: "${request.purpose}" (${status})`)
  if (status !== answered)
    throw new StepError(`the request was answered with ${status}, not with ${answered}`)
}

/** A moment as clocks there show it, with their offset. */
function inZone({ seconds, zone }: { readonly seconds: number; readonly zone: string }): string {
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  const offsetMs = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
  return new Date(Date.now() + seconds * 1_000 + offsetMs).toISOString().replace('Z', zone)
}

async function putThrough(
  { put_through: { of, to, reason } }: StepOf<'put_through'>,
  { target, person, evidence, tell }: Stage,
): Promise<void> {
  const call = (await evidence(person(of))).outbound.at(-1)
  if (call === undefined) throw new StepError(`nobody asked for a call with ${of}`)
  await ownerOf(target).putThrough(call.outboundId, { to: person(to).number, reason })
  tell(`the owner has ${of} put through to ${to}`)
}

async function cancelCall(
  { cancel_call: { to, reason } }: StepOf<'cancel_call'>,
  { target, person, evidence, tell }: Stage,
): Promise<void> {
  const call = (await evidence(person(to))).outbound.at(-1)
  if (call === undefined) throw new StepError(`nobody asked for a call with ${to}`)
  await ownerOf(target).cancelCall(call.outboundId, reason)
  tell(`the owner calls the call with ${to} off`)
}

function ownerOf({ owner, settings }: Target): OwnerClient {
  if (owner === undefined) throw new StepError('the first password was changed: run this scenario with --own')
  return new OwnerClient(settings.publicUrl, owner)
}

const campaignStage = ({ target, person, tell }: Stage): CampaignStage => ({
  owner: ownerOf(target),
  callerNumber: target.settings.company.phone,
  numberOf: (name) => person(name).number,
  tell,
})

async function write(
  channel: 'texts' | 'kakao',
  { from, says, ...more }: StepOf<'text'>['text'],
  { world, person, tell }: Stage,
): Promise<void> {
  const sender = person(from)
  await world.write(channel, { number: sender.number, text: says, ...more })
  const how = channel === 'texts' ? 'texts' : 'writes in KakaoTalk'
  tell(`${sender.name} ${how}${more.photo === undefined ? '' : `, with a picture (${more.photo})`}`)
}

async function kill(
  { kill: { process, when, away_seconds } }: StepOf<'kill'>,
  { target, wait, tell }: Stage,
) {
  if (when !== undefined) await wait(when)
  if (target.crash === undefined)
    throw new StepError('this scenario kills processes: run it on a system of its own (--own)')
  tell(`kill -9 ${process}${away_seconds === 0 ? '' : `, which stays away for ${away_seconds} s`}`)
  target.crash(process, away_seconds * 1_000)
}

async function replace({ replace: { process, when } }: StepOf<'replace'>, { target, wait, tell }: Stage) {
  if (when !== undefined) await wait(when)
  if (target.replace === undefined)
    throw new StepError('this scenario replaces processes: run it on a system of its own (--own)')
  tell(`a new build of ${process} takes over`)
  await target.replace(process)
  tell(`the old ${process} has ended`)
}

async function act({ act: { on, request } }: StepOf<'act'>, { target, person, evidence, tell }: Stage) {
  const { owner, settings } = target
  if (owner === undefined) throw new StepError('the first password was changed: run this scenario with --own')
  const ticket = (await evidence(person(on))).tickets.at(-1)
  if (ticket === undefined) throw new StepError(`${on} has no ticket to act on`)
  await new OwnerClient(settings.publicUrl, owner).act(ticket.orderNo, request)
  tell(`the owner: ${request.action}`)
}

async function order({ order: step }: StepOf<'order'>, { target, person, tell }: Stage): Promise<void> {
  const { owner, settings } = target
  if (owner === undefined) throw new StepError('the first password was changed: run this scenario with --own')
  const customer = person(step.of)
  const deliver_by = koreanIso(Math.ceil((Date.now() + step.in_hours * 3_600_000) / 60_000) * 60_000)
  await new OwnerClient(settings.publicUrl, owner).takeDown({
    customer_phone: customer.number,
    fields: { deliver_by, ...step.fields },
    confirmed: step.confirmed,
  })
  tell(`the owner takes down an order for ${customer.name}`)
}

async function chooseWays({ vendor: { methods } }: StepOf<'vendor'>, { target, tell }: Stage): Promise<void> {
  const { owner, settings } = target
  if (owner === undefined) throw new StepError('the first password was changed: run this scenario with --own')
  await new OwnerClient(settings.publicUrl, owner).changeVendor({ methods })
  tell(`the vendor is reached by ${methods.join(', then ')}`)
}

async function advance({ advance: { of, to } }: StepOf<'advance'>, { world, person, evidence, tell }: Stage) {
  const order = (await evidence(person(of))).vendorOrders.at(-1)
  if (order === undefined) throw new StepError(`the vendor has no order of ${of}`)
  let { status } = order
  for (let step = 0; step === 0 || (to !== undefined && status !== to); step++) {
    const before = status
    status = (await world.advance(order.order_id)).status
    if (status === before) throw new StepError(`the vendor's order stays at ${status}`)
    tell(`the vendor: ${status}`)
  }
}

async function hold({ hold: { of, held } }: StepOf<'hold'>, { world, person, evidence, tell }: Stage) {
  const order = (await evidence(person(of))).vendorOrders.at(-1)
  if (order === undefined) throw new StepError(`the vendor has no order of ${of}`)
  await world.hold(order.order_id, held)
  tell(held ? 'the vendor lays the order aside' : 'the vendor goes on with the order')
}

async function playVisit({ visit: { by, ...wishes } }: StepOf<'visit'>, { person, evidence, tell }: Stage) {
  const visitor = person(by)
  const { done, seen } = await visitOrderPage(await evidence(visitor), wishes)
  tell(`${visitor.name} ${done}`)
  const missing = wishes.sees.filter((text) => !seen.includes(text))
  if (missing.length > 0)
    throw new StepError(`the page does not say "${missing.join('", "')}" but: ${seen.slice(0, 400)}`)
}

async function deposit({ deposit: step }: StepOf<'deposit'>, { world, person, evidence, tell }: Stage) {
  const { of, refused, ...money } = step
  const ticket = money.to === 'virtual_account' ? (await evidence(person(of))).tickets.at(-1) : undefined
  if (money.to === 'virtual_account' && ticket === undefined)
    throw new StepError(`${of} has no order to pay for`)
  const result = await world.deposit({ ...money, ...(ticket === undefined ? {} : { order: ticket.orderNo }) })
  const what = `${money.depositor} sends ${money.amount} won to ${money.to.replace('_', ' ')}`
  tell(result === 'taken' ? what : `${what}; the bank refuses: ${result}`)
  if (result !== (refused ?? 'taken'))
    throw new StepError(`the deposit was ${result}, expected ${refused ?? 'taken'}`)
}

async function settleDeposit(
  { settle_deposit: { depositor, of, note } }: StepOf<'settle_deposit'>,
  { target, person, evidence, tell, until }: Stage,
) {
  const { owner, settings } = target
  if (owner === undefined) throw new StepError('the first password was changed: run this scenario with --own')
  const client = new OwnerClient(settings.publicUrl, owner)
  const deposit = await until(`a deposit of ${depositor} waits`, () => client.waitingDeposit(depositor))
  if (of === undefined) {
    await client.settleDeposit(deposit, { status: 'returned', note })
    return tell(`the owner: the deposit of ${depositor} went back`)
  }
  const ticket = (await evidence(person(of))).tickets.at(-1)
  if (ticket === undefined) throw new StepError(`${of} has no order`)
  await client.matchDeposit(deposit, ticket.orderNo)
  tell(`the owner: the deposit of ${depositor} is for ${of}'s order`)
}

async function fallBack(
  { fall_back: { of } }: StepOf<'fall_back'>,
  { world, person, evidence, tell }: Stage,
) {
  const payment = (await evidence(person(of))).worldPayments.findLast(
    ({ virtualAccount }) => virtualAccount !== null,
  )
  if (payment === undefined) throw new StepError(`${of} has no virtual account`)
  await world.fallBack(payment.paymentKey)
  tell('the bank takes the deposit back')
}

async function trigger({ trigger: { schedule } }: StepOf<'trigger'>, { target, tell }: Stage): Promise<void> {
  const client = await connectClient(target.settings)
  try {
    await client.schedule.getHandle(schedule).trigger()
    tell(`the schedule ${schedule} takes place`)
  } finally {
    await client.connection.close()
  }
}

async function lookAtMorning(
  { look_at_morning: wanted }: StepOf<'look_at_morning'>,
  { target, tell }: Stage,
) {
  if (target.owner === undefined) throw new StepError('nobody can sign in as the owner')
  const owner = new OwnerClient(target.settings.publicUrl, target.owner)
  const { groups } = morningSchema.parse(await owner.read('/api/morning'))
  const found = Object.fromEntries(groups.map(({ group, orders }) => [group, orders.length]))
  tell(`the owner's morning: ${JSON.stringify(found)}`)
  for (const [group, count] of Object.entries(wanted)) {
    if (found[group] !== count)
      throw new StepError(`the morning shows ${found[group]} in ${group}, expected ${count}`)
  }
}

async function playForgery({ forge: step }: StepOf<'forge'>, { target, person, evidence, tell }: Stage) {
  const request = forge({
    what: step.what,
    victim: await evidence(person(step.of)),
    other: step.with === undefined ? undefined : await evidence(person(step.with)),
    companyNumber: target.settings.company.phone,
  })
  const body = request.body === undefined ? {} : { method: 'POST', body: JSON.stringify(request.body) }
  const { status } = await fetch(`${target.settings.publicUrl}${request.path}`, {
    ...body,
    headers: { 'content-type': 'application/json', ...request.headers },
  })
  tell(`somebody forges: ${step.what}; our API answers ${status}`)
  if (step.answered !== undefined && status !== step.answered)
    throw new StepError(`${step.what} was answered with ${status}, not with ${step.answered}`)
}
