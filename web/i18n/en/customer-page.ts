import type { Texts } from '../ko/index.ts'

export const customerPage: Texts['customer_page'] = {
  title: 'Customer’s order page',
  hint: 'The link by which the customer checks, changes and pays the order.',
  open: 'Open the page',
  copy: 'Copy the link',
  send: 'Send by text',
  sent: 'The link was sent by text.',
  revoke: 'Revoke links',
  revoke_title: 'Revoke all links sent so far?',
  revoke_text: 'Links sent before no longer open the page. You can text a new one.',
  revoke_reason: 'Reason',
  revoke_reason_hint: 'Kept in the audit log.',
  revoke_reason_required: 'At least three characters, please.',
  revoked: 'The links sent so far are revoked.',
}
