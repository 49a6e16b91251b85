import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { isGoodEnough, type ConnectionCheck } from '../connection-check';
import { settings } from '../settings';
import { isShiftReady, type ShiftCheck } from '../shift-check';
import { header } from './header';

/** Before the shift: devices, microphone level, echo, connection. */
export function checkScreen(app: App, check: ShiftCheck): TemplateResult {
  const { words, state } = app;
  const isReady = isShiftReady(state);
  return html`${header(app)}
    <main class="middle">
      <section class="panel wide-panel" aria-labelledby="check-title">
        <h1 id="check-title">${words.greeting(state.agentName)}</h1>
        <p class="soft"><strong>${words.checkTitle}.</strong> ${words.checkIntro}</p>
        <ol class="checks">
          ${devices(app, check)} ${echo(app, check)} ${connection(app, check)}
        </ol>
        ${state.trouble === null ? nothing : html`<p class="trouble" role="alert">${state.trouble}</p>`}
        ${
          isReady
            ? nothing
            : html`<label class="tick">
                <input
                  type="checkbox"
                  .checked=${state.isWaived}
                  @change=${(event: Event) => {
                    app.change({ isWaived: (event.target as HTMLInputElement).checked });
                  }}
                />
                <span>${words.startAnyway} <span class="hint">${words.startAnywayHint}</span></span>
              </label>`
        }
        <button
          type="button"
          class="primary wide"
          ?disabled=${state.isBusy || (!isReady && !state.isWaived)}
          @click=${() => void app.startShift()}
        >
          ${words.startShift}
        </button>
      </section>
    </main>`;
}

const item = (isGood: boolean, title: string, body: TemplateResult): TemplateResult =>
  html`<li class=${isGood ? 'good' : 'open'}>
    <h2>${title}</h2>
    ${body}
  </li>`;

function devices(app: App, check: ShiftCheck): TemplateResult {
  const { words, state } = app;
  const { microphone, devices: found } = state;
  const options = (list: readonly MediaDeviceInfo[], chosen: string): TemplateResult =>
    html`<option value="" ?selected=${chosen === ''}>${words.standardDevice}</option>
      ${list
        .filter(({ deviceId }) => deviceId !== 'default')
        .map(
          (device) =>
            html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>
              ${device.label}
            </option>`,
        )}`;
  const valueOf = (event: Event): string => (event.target as HTMLSelectElement).value;
  return item(
    microphone === 'heard',
    words.microphone,
    html`<div class="pair">
        <label
          >${words.microphone}
          <select @change=${(event: Event) => void check.chooseInput(valueOf(event))}>
            ${options(found.inputs, settings.input)}
          </select>
        </label>
        <label
          >${words.speaker}
          <select @change=${(event: Event) => void check.chooseOutput(valueOf(event))}>
            ${options(found.outputs, settings.output)}
          </select>
        </label>
      </div>
      <meter id="level" min="0" max="1" value="0" aria-label=${words.level}></meter>
      <p class=${microphone === 'refused' ? 'trouble' : 'hint'} role="status">
        ${
          microphone === 'refused'
            ? words.microphoneRefused
            : microphone === 'heard'
              ? words.microphoneGood
              : words.levelHint
        }
      </p>`,
  );
}

function echo(app: App, check: ShiftCheck): TemplateResult {
  const { words, state } = app;
  const isRunning = state.echo === 'recording' || state.echo === 'playing';
  const told = {
    ...{ untried: words.echoHint, recording: words.echoRecording, playing: words.echoPlaying },
    heard: words.echoGood,
  };
  return item(
    state.echo === 'heard',
    words.echo,
    html`<p class="hint" role="status">${told[state.echo]}</p>
      <div class="row">
        <button
          type="button"
          ?disabled=${state.echo === 'recording' || state.microphone === 'refused'}
          @click=${() => void check.echo()}
        >
          ${words.echo}
        </button>
        <button
          type="button"
          class="quiet"
          ?disabled=${!isRunning || state.echo === 'recording'}
          @click=${() => {
            app.change({ echo: 'heard' });
          }}
        >
          ✓ ${words.echoHeard}
        </button>
      </div>`,
  );
}

function connection(app: App, check: ShiftCheck): TemplateResult {
  const { words, state } = app;
  const result = state.connection;
  const isDone = result !== null && result !== 'running';
  return item(
    isDone && isGoodEnough(result),
    words.connection,
    html`<p class=${isDone && !isGoodEnough(result) ? 'trouble' : 'hint'} role="status">
        ${
          isDone
            ? `${isGoodEnough(result) ? words.connectionGood : words.connectionPoor} ${measured(app, result)}`
            : words.connectionRunning
        }
      </p>
      <button type="button" ?disabled=${!isDone} @click=${() => void check.measureConnection()}>
        ${words.checkAgain}
      </button>`,
  );
}

function measured(app: App, { roundTripMs, jitterMs, loss }: ConnectionCheck): string {
  if (!Number.isFinite(roundTripMs)) return app.words.offline;
  const percent = Math.round(loss * 100);
  return app.words.measured(Math.round(roundTripMs), Math.round(jitterMs), percent);
}
