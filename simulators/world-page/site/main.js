/** Puts the page together and keeps it live. */
import './shell.js'
import { get, listen } from './api.js'
import { redrawBank, showBank, showTransaction } from './bank.js'
import { redrawCalls, setUpCalls, showCall, showCalls } from './calls.js'
import { redrawFaults, setUpFaults, showFaults } from './faults.js'
import { redrawKakao, showKakao, showKakaoMessage } from './kakao.js'
import { redrawMessages, showMessage, showMessages } from './messages.js'
import { redrawOrders, setUpOrders, showLayout, showOrder, showOrders } from './orders.js'
import { redrawPayments, showPayment, showPayments } from './payments.js'
import { fillTexts, setLanguage, t } from './texts.js'

const connection = document.querySelector('#connection')
let isLive = false

const ON_EVENT = {
  call: (event) => showCall(event.call),
  sms: (event) => showMessage(event.message),
  kakao: (event) => showKakaoMessage(event.message),
  payment: (event) => showPayment(event.payment),
  bank: (event) => showTransaction(event.transaction),
  vendor_erp: showLayout,
  vendor_order: (event) => showOrder(event.order),
  faults: (event) => showFaults(event.faults),
}

const show = (event) => ON_EVENT[event.type]?.(event)

/** What happened while something was being read: the reading may be older, so it is shown once more after it. */
const meanwhile = []
let readings = 0

/** A part of the world that is not there leaves its panel empty. */
async function load(path, showAll) {
  const before = meanwhile.length
  readings++
  try {
    showAll(await get(path))
    meanwhile.slice(before).forEach(show)
  } catch (error) {
    console.warn(path, error)
  }
  readings--
  if (readings === 0) meanwhile.length = 0
}

function loadAll() {
  return Promise.all([
    load('/calls', ({ calls }) => showCalls(calls)),
    load('/sms', ({ messages }) => showMessages(messages)),
    load('/kakao', ({ messages }) => showKakao(messages)),
    load('/payments', ({ payments }) => showPayments(payments)),
    load('/bank', showBank),
    load('/vendor-orders', ({ orders }) => showOrders(orders)),
    load('/vendor-erp', showLayout),
    load('/faults', ({ faults }) => showFaults(faults)),
  ])
}

function showConnection() {
  connection.textContent = t(isLive ? 'live.on' : 'live.off')
  connection.className = `pill ${isLive ? 'good' : 'busy'}`
}

function redraw() {
  fillTexts()
  showConnection()
  redrawCalls()
  redrawMessages()
  redrawKakao()
  redrawPayments()
  redrawBank()
  redrawOrders()
  redrawFaults()
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    setLanguage(button.dataset.language)
    redraw()
  })
}
setUpCalls()
setUpFaults()
setUpOrders()
redraw()
listen({
  onEvent: (event) => {
    if (readings > 0) meanwhile.push(event)
    show(event)
  },
  onOpen: () => {
    isLive = true
    showConnection()
    void loadAll()
  },
  onClose: () => {
    isLive = false
    showConnection()
  },
})
