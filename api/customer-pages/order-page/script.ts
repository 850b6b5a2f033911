/**
 * What the order page does in the browser beyond forms: counts down, shows the ribbons while they are typed,
 * copies the account number, and reads itself again when the order has moved on. The page works without it.
 */
export const ORDER_PAGE_SCRIPT = `
(() => {
  const page = document.querySelector('main');
  const two = (n) => String(n).padStart(2, '0');
  const left = (ms) => {
    const s = Math.max(0, Math.ceil(ms / 1000));
    const h = Math.floor(s / 3600);
    return (h > 0 ? h + ':' + two(Math.floor(s / 60) % 60) : String(Math.floor(s / 60))) + ':' + two(s % 60);
  };
  let dirty = false;
  document.addEventListener('input', (event) => {
    dirty = true;
    const { name, value } = event.target;
    const ribbon = name && document.querySelector('[data-ribbon="' + name + '"]');
    if (!ribbon) return;
    ribbon.textContent = value.trim() || '\\u00a0';
    ribbon.style.setProperty('--n', Math.max(6, [...value.trim()].length));
  });
  document.addEventListener('submit', (event) => {
    // A second tap sends nothing again; the server would take it for the same anyway.
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = '1';
  });
  // The server's clock counts: a phone's own may be wrong.
  const ahead = Number(page.dataset.now) - Date.now();
  const clocks = [...document.querySelectorAll('[data-until]')];
  const tick = () => {
    for (const clock of clocks) {
      const ms = Number(clock.dataset.until) - (Date.now() + ahead);
      clock.textContent = ms > 0 ? left(ms) : clock.dataset.over;
      if (ms <= 0 && !clock.dataset.told) {
        clock.dataset.told = '1';
        setTimeout(look, 1500);
      }
    }
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(page.dataset.state, { cache: 'no-store' });
      if (!response.ok) return;
      const { version } = await response.json();
      if (version !== Number(page.dataset.version) && !dirty) location.replace(location.pathname);
    } catch {}
  };
  if (clocks.length > 0) { tick(); setInterval(tick, 1000); }
  setInterval(look, 8000);
  document.addEventListener('visibilitychange', look);
  const copy = document.querySelector('[data-copy]');
  copy?.addEventListener('click', async () => {
    try { await navigator.clipboard.writeText(copy.dataset.copy); copy.textContent = copy.dataset.copied; } catch {}
  });
})();
`
