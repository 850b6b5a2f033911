import { apiKey } from './api-key.ts'
import { board } from './board.ts'
import { call } from './call.ts'
import { callLaw } from './call-law.ts'
import { campaign } from './campaign.ts'
import { chat } from './chat.ts'
import { common } from './common.ts'
import { customerPage } from './customer-page.ts'
import { flow } from './flow.ts'
import { issue } from './issue.ts'
import { latency } from './latency.ts'
import { morning } from './morning.ts'
import { outbound } from './outbound.ts'
import { payments } from './payments.ts'
import { people } from './people.ts'
import { settlement } from './settlement.ts'
import { softphone } from './softphone.ts'
import { ticket } from './ticket.ts'
import { vendor } from './vendor.ts'

/** Every text of the app in Korean; its shape is the one every other language has. */
export const ko = {
  ...common,
  ticket,
  api_key: apiKey,
  board,
  call,
  call_law: callLaw,
  campaign,
  chat,
  flow,
  issue,
  morning,
  outbound,
  payments,
  people,
  latency,
  settlement,
  softphone,
  customer_page: customerPage,
  vendor,
}
export type Texts = typeof ko
