// Trammel console: conveniences only. Every page works without this file.
// No markup is ever built from strings here, so Trusted Types can stay on.
(() => {
  const $ = (q, r = document) => r.querySelector(q), $$ = (q, r = document) => [...r.querySelectorAll(q)];
  const root = document.documentElement, say = (b, text) => { const was = b.textContent; b.textContent = text; setTimeout(() => b.textContent = was, 1500); };
  const copy = async (b, text) => { try { await navigator.clipboard.writeText(text); say(b, 'Copied'); } catch { say(b, 'Press Ctrl C'); } };

  // Copy: takes the code beside the button.
  document.addEventListener('click', e => { const b = e.target.closest('[data-copy]'); if (b) copy(b, $('code', b.parentNode).textContent); });

  // Theme: system, light, dark. The server reads the choice from a cookie and writes data-theme, so nothing flashes.
  const theme = v => { v ? root.dataset.theme = v : delete root.dataset.theme; document.cookie = `__Host-theme=${v}; Path=/; Secure; SameSite=Strict; Max-Age=${v ? 31536000 : 0}`; };
  const nextTheme = () => theme({ '': 'light', light: 'dark', dark: '' }[root.dataset.theme || '']);
  const live = r => { for (const b of $$('[data-copy], [data-theme-next]', r)) b.hidden = false; };
  live(document);
  $$('[data-theme-next]').forEach(b => b.addEventListener('click', nextTheme));

  // Drawers and rows have addresses: #id opens one, opening a drawer writes #id.
  const open = () => { const d = location.hash.length > 1 && document.getElementById(location.hash.slice(1)); if (!d) return; if (d.popover && !d.matches(':popover-open')) d.showPopover(); if (d.matches('details')) d.open = true; };
  addEventListener('hashchange', open); open();
  document.addEventListener('toggle', e => { if (e.target.matches('.drawer')) history.replaceState(null, '', e.newState === 'open' ? '#' + e.target.id : location.pathname + location.search); }, true);

  // Times stay relative to the server's clock, not to this machine's.
  let skew = Date.now() - Date.parse(root.dataset.now);
  const ago = s => s < 60 ? s + ' s ago' : s < 3600 ? (s / 60 | 0) + ' min ago' : s < 86400 ? (s / 3600 | 0) + ' h ago' : (s / 86400 | 0) + ' d ago';
  setInterval(() => { if (!document.hidden) for (const t of $$('time')) if (/ ago$/.test(t.textContent)) t.textContent = ago((Date.now() - skew - Date.parse(t.dateTime)) / 1000 | 0); }, 10000);

  // Live: the stream carries a number only; rows wait behind "3 new" until asked for.
  // A page in the background holds no stream: browsers open six connections to a host and no more.
  const bar = $('[data-live]');
  let stream;
  const listen = () => {
    stream?.close(); stream = null;
    if (!bar || !bar.dataset.live || document.hidden) return;
    stream = new EventSource(bar.dataset.live);
    stream.onmessage = e => { const n = e.data | 0; bar.hidden = !n; bar.firstChild.data = n + ' new'; };
    stream.onerror = () => { if (stream?.readyState === 2) setTimeout(listen, 15000); };
  };
  listen(); document.addEventListener('visibilitychange', listen); addEventListener('pagehide', () => stream?.close());
  if (bar) bar.addEventListener('click', e => {
    const x = new XMLHttpRequest(); x.responseType = 'document'; x.open('GET', bar.href); e.preventDefault();
    x.onload = () => {
      const list = x.response && $('[data-list]', x.response), next = x.response && $('[data-live]', x.response);
      if (!list || !next) return location.assign(bar.href);
      $('[data-list]').replaceWith(list); live(list);
      const drawers = $('#drawers', x.response); if (drawers) $('#drawers')?.replaceWith(drawers);
      root.dataset.now = x.response.documentElement.dataset.now; skew = Date.now() - Date.parse(root.dataset.now);
      bar.dataset.live = next.dataset.live; bar.hidden = true; listen(); $('#main').focus({ preventScroll: true });
    };
    x.onerror = () => location.assign(bar.href); x.send();
  });

  // Keys: the list behind "?".
  let g = 0;
  addEventListener('keydown', e => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select')) return;
    const k = e.key, rows = $$('[data-row]'), i = rows.indexOf(document.activeElement);
    const link = Date.now() - g < 1000 && $(`[data-key="${CSS.escape(k)}"]`); g = 0;
    if (link) link.click();
    else if (k === 'g') g = Date.now();
    else if (k === '/') { e.preventDefault(); $('#q')?.focus(); }
    else if (k === '?') $('#keys')?.togglePopover();
    else if (k === 'j' || k === 'k') rows[Math.max(0, Math.min(rows.length - 1, i + (k === 'j' ? 1 : -1)))]?.focus();
    else if (k === 'n' && bar && !bar.hidden) bar.click();
    else if (k === 't') nextTheme();
    else if (k === 'y') copy({}, location.href);
  });
})();
