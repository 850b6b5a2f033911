/** The outside parties by the names that people read of them; nowhere else is one spelled out. */
export const PARTIES = {
  sms: '문자 발송사(Solapi)',
  payments: '결제사(Toss Payments)',
  vendor_erp: '외주업체 ERP',
  kakao: '카카오',
  attachments: '고객이 보낸 사진',
  bank: '은행(입금 내역)',
} as const

/** Id of a party by its name; the name itself for one that has no id. */
export function partyId(name: string): string {
  const known = Object.entries(PARTIES).find(([, text]) => text === name)
  return known === undefined ? name : known[0]
}
