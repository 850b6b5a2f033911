/** Vendors and how they are reached. */
export const vendor = {
  method: { api: 'API', browser: '웹 화면', phone: '전화' },
  event: {
    out: '외주업체에 연결되지 않아 다시 시도합니다',
    out_until: '{{when}}까지 시도',
  },
  way: '발주 방법',
  replaces: '대신하는 발주',
  picture: '화면 사진 {{number}}',
  call: '발주 통화',
}
