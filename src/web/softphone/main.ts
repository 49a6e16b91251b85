import { html, render } from 'lit-html';
import { App } from './app';
import { isTalking, type AppState } from './app-state';
import { onKey } from './keyboard';
import { takeDoubleClicksAsOne } from './one-click';
import { settings } from './settings';
import { ShiftCheck } from './shift-check';
import { checkScreen } from './views/check';
import { desk } from './views/desk';
import { elsewhere } from './views/elsewhere';
import { signIn } from './views/sign-in';
import { watchNetwork } from './watch-network';

const find = (selector: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
};
const root = find('#app');
const announcer = find('#announcer');
const speaker = find('#far-side') as HTMLAudioElement;

let before: Pick<AppState, 'screen'> & { readonly told: string } = { screen: 'sign_in', told: '' };
let isDrawing = false;

const SCREENS = {
  check: () => checkScreen(app, check),
  desk: () => desk(app),
  elsewhere: () => elsewhere(app),
};

/** All changes of one turn are drawn at once. No animation frame: a hidden page gets none. */
function drawSoon(): void {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    draw();
  });
}

function draw(): void {
  const { state, words } = app;
  document.documentElement.lang = state.language;
  const isNewScreen = state.screen !== before.screen;
  if (isNewScreen && state.screen === 'check') void check.begin();
  if (state.screen === 'sign_in') render(html`${signIn(app)}`, root);
  else render(SCREENS[state.screen](), root);
  const told = state.session === null ? '' : words.states[state.session.state];
  if (told !== before.told) announcer.textContent = [told, state.call?.name ?? ''].join(' ').trim();
  document.title = told === '' ? 'Santun' : `${told} · Santun`;
  before = { screen: state.screen, told };
}

const app = new App(speaker, drawSoon);
const check = new ShiftCheck(app, speaker);
watchNetwork(() => {
  app.networkChanged();
});

takeDoubleClicksAsOne(document);
document.addEventListener('keydown', (event) => {
  onKey(app, event);
});
// a page that was loaded anew may play sound from the first click on
document.addEventListener('pointerdown', () => {
  if (speaker.srcObject !== null && speaker.paused) void speaker.play().catch(() => undefined);
});

// back, reload or a closed tab would leave the customer alone, or the outcome unwritten: the browser asks first
window.addEventListener('beforeunload', (event) => {
  const isDue = app.state.session?.state === 'wrap_up';
  if (isTalking(app.state) || isDue) event.preventDefault();
});

/** The level is drawn past the state: thirty times a second, and only while somebody looks. */
function drawLevel(): void {
  const meter = document.querySelector<HTMLMeterElement>('#level');
  if (meter !== null) meter.value = check.level();
  requestAnimationFrame(drawLevel);
}
requestAnimationFrame(drawLevel);

if (settings.output !== '') void check.chooseOutput(settings.output);
void app.resume();
