// Clicks in messages: the server tells them to the app. What a message wants to have asked first is asked first.

const list = document.getElementById('messages');
const question = document.getElementById('question');

/** Those that are on their way: an app has three seconds. */
const sending = new Set();

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  const { action, dismiss, answer } = button?.dataset ?? {};
  if (dismiss) void fetch(`/channel/dismiss/${encodeURIComponent(dismiss)}`, { method: 'POST' }).catch(() => undefined);
  if (answer) question.close(answer);
  if (action) chosen(button);
  closeMenus(action ? undefined : target.closest('details.menu'));
});

document.addEventListener('keydown', ({ key, target }) => {
  const menu = key === 'Escape' && target.closest('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// It is drawn below its button, where there may be no room on the screen.
list.addEventListener(
  'toggle',
  ({ target }) => {
    if (target.matches('details.menu[open]')) target.querySelector('.options').scrollIntoView({ block: 'nearest' });
  },
  { capture: true },
);

function closeMenus(except) {
  for (const menu of list.querySelectorAll('details.menu[open]')) if (menu !== except) menu.open = false;
}

async function chosen(button) {
  const { action, option } = button.dataset;
  const { ts } = button.closest('[data-ts]').dataset;
  if (button.closest('details.menu')) button.closest('details.menu').querySelector('summary').focus();
  if (await isMeant(button.dataset)) send({ ts, action, option });
}

/** Whether the person answers yes, where there is a question. */
function isMeant({ ask, title, yes, no }) {
  if (ask === undefined) return true;
  document.getElementById('question-title').textContent = title;
  document.getElementById('question-text').textContent = ask;
  question.querySelector('[data-answer="yes"]').textContent = yes;
  question.querySelector('[data-answer="no"]').textContent = no;
  question.returnValue = 'no';
  question.showModal();
  return new Promise((resolve) => question.addEventListener('close', () => resolve(question.returnValue === 'yes'), { once: true }));
}

async function send(click) {
  const key = JSON.stringify([click.ts, click.action]);
  if (sending.has(key)) return;
  sending.add(key);
  markSending();
  unwarn(click);
  try {
    const answer = await fetch('/channel/click', { method: 'POST', body: JSON.stringify(click) });
    if (!answer.ok) warn(click, await answer.text());
  } catch {
    warn(click, 'The server does not answer. Is it still running?');
  } finally {
    sending.delete(key);
    markSending();
  }
}

/** What stands in the message for a click: a button, or the head of a menu. A reply may stand in two places. */
function controls({ ts, action }) {
  const [inMessage, name] = [`article[data-ts="${CSS.escape(ts)}"]`, CSS.escape(action)];
  return list.querySelectorAll(`${inMessage} .button[data-action="${name}"], ${inMessage} [data-key="menu-${name}"] > summary`);
}

/** Also after the message was drawn anew. */
export function markSending() {
  for (const busy of list.querySelectorAll('.button[aria-busy]')) busy.removeAttribute('aria-busy');
  for (const key of sending) {
    const [ts, action] = JSON.parse(key);
    for (const control of controls({ ts, action })) control.setAttribute('aria-busy', 'true');
  }
}

/** Slack's triangle. It goes with the next click, or when the message is drawn anew. */
function warn(click, text) {
  for (const control of controls(click)) {
    const warning = document.createElement('p');
    const triangle = document.createElement('span');
    warning.className = 'trouble';
    warning.dataset.of = click.action;
    warning.setAttribute('role', 'alert');
    triangle.className = 'emoji warning';
    triangle.textContent = '⚠️';
    warning.append(triangle, ` ${text}`);
    control.closest('.block').append(warning);
  }
}

function unwarn(click) {
  for (const control of controls(click)) {
    for (const warning of control.closest('.block').querySelectorAll('.trouble')) if (warning.dataset.of === click.action) warning.remove();
  }
}

/** Where the reader is in the buttons of a message; call the answer after it was drawn anew, to get back there. */
export function keepFocus() {
  const focused = document.activeElement?.closest('#messages button, #messages summary');
  const ts = focused?.closest('[data-ts]')?.dataset.ts;
  if (ts === undefined) return () => undefined;
  const { action, option, dismiss } = focused.dataset;
  const menu = focused.closest('details.menu')?.dataset.key;
  return () => {
    if (document.activeElement !== document.body) return;
    const message = list.querySelector(`article[data-ts="${CSS.escape(ts)}"]`);
    const all = [...(message?.querySelectorAll('.button, .options button, .dismiss') ?? [])];
    const same = all.find(
      ({ dataset, parentElement }) =>
        dataset.action === action &&
        dataset.option === option &&
        dataset.dismiss === dismiss &&
        (action || dismiss || parentElement.dataset.key === menu),
    );
    (same ?? all[0] ?? list).focus({ preventScroll: true });
  };
}
