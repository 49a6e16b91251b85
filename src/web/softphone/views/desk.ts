import { html, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { keysText, SHORTCUT_KEYS, SHORTCUT_NAMES } from '../shortcut-keys';
import { connectionText } from '../trouble-text';
import { callControls } from './call-controls';
import { guidePanel } from './guide-panel';
import { header } from './header';
import { heardPanel } from './heard-panel';
import { optionsPanel } from './options-panel';
import { phraseNotice } from './phrase-notice';
import { previewCard } from './preview-card';
import { reflectionForm } from './reflection-form';
import { statementCard } from './statement-card';
import { wrapUp } from './wrap-up';

/** The desk: the state, the person on the line, what can be done and what came of it. */
export function desk(app: App): TemplateResult {
  const { words, state } = app;
  return html`${header(app)}
    <main class="desk">
      ${notices(app)} ${phraseNotice(app)} ${work(app)}
      <footer class="foot">
        <span class="dot ${state.phone === 'registered' ? 'good' : 'bad'}"></span>
        ${words.phoneStates[state.phone]}
        <details>
          <summary>${words.shortcuts}</summary>
          <ul class="plain shortcuts">
            ${SHORTCUT_NAMES.map((name) => html`<li><kbd>${keysText(name)}</kbd> ${SHORTCUT_KEYS[name].says(words)}</li>`)}
          </ul>
        </details>
      </footer>
    </main>`;
}

/** The person on the line, or the one who may be called next. */
function work(app: App): TemplateResult {
  const { words, state } = app;
  const { call, preview, session } = state;
  if (preview !== null) return previewCard(app, preview);
  if (call !== null)
    return html`<div class="left-side">
        ${statementCard(app, call)} ${callControls(app)} ${guidePanel(app)} ${heardPanel(app)}
      </div>
      <div class="right-side ${session?.state === 'wrap_up' ? 'over' : ''}">
        ${optionsPanel(app)} ${wrapUp(app, call)} ${reflectionForm(app)}
      </div>`;
  const isPoor = session?.pauseReason === 'connection_poor';
  const hint = isPoor ? connectionText('connection_poor', words) : stateHint(app);
  return html`<section class="panel empty ${state.conflicts.length > 0 ? 'beside' : ''}">
      <h1>${words.noCall}</h1>
      <p class="soft">${hint}</p>
      <p class="hint">${words.noCallHint}</p>
    </section>
    ${reflectionForm(app)}`;
}

function stateHint({ words, state: { session } }: App): string {
  if (session?.pauseReason === 'shift_over') return words.shiftOver;
  return session === null ? '' : (words.stateHints[session.state] ?? '');
}

function notices(app: App): TemplateResult {
  const told = [app.state.trouble, ...ofTheLine(app), ofTheWish(app)].filter(
    (text) => text !== null,
  );
  if (told.length === 0) return html``;
  return html`<div class="notices" role="status">
    ${told.map((text) => html`<p class="notice">${text}</p>`)}
  </div>`;
}

function ofTheLine({ words, state }: App): (string | null)[] {
  const { session, isLegUp, isStreamOpen, microphone } = state;
  const isUnanswered = session?.state === 'lost' && session.cause === 'agent_leg_unanswered';
  return [
    isStreamOpen ? null : words.streamLost,
    microphone === 'refused' ? words.microphoneRefused : null,
    isUnanswered ? words.legUnanswered : null,
    session?.state === 'in_call' && !isLegUp ? words.legMissing : null,
  ];
}

function ofTheWish({ words, state }: App): string | null {
  const wanted = state.session?.wanted ?? null;
  if (wanted === null) return null;
  return wanted === 'paused' ? words.wantedPause : words.wantedOffline;
}
