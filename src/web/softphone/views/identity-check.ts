import { html, nothing, type TemplateResult } from 'lit-html';
import type { IdentityFault, IdentityProof } from '../../../domain/conversation-step';
import type { Guide } from '../api-answers';
import type { App } from '../app';
import { fieldHint } from './talk-field';

/** Who it is, before any word of the debt; and what follows when it is somebody else. */
export function identityCheck(app: App, guide: Guide): TemplateResult | typeof nothing {
  const { state } = guide.identity;
  if (state === 'confirmed')
    return html`<details>
      <summary>${app.words.talk.identity.faultsTitle}</summary>
      ${faults(app)}
    </details>`;
  return html`${state === 'not_confirmed' ? somebodyElse(app) : nothing}
  ${guide.identity.proofs.length === 0 ? nothing : proofs(app, guide)}`;
}

function proofs(app: App, guide: Guide): TemplateResult {
  const { identity } = app.words.talk;
  const { talk } = app.state;
  const toggle = (proof: IdentityProof): void => {
    const isOn = talk.proofs.includes(proof);
    app.talk.edit({
      proofs: isOn ? talk.proofs.filter((one) => one !== proof) : [...talk.proofs, proof],
    });
  };
  return html`<fieldset id="proofs" class="field">
      <legend>${identity.shown}</legend>
      <div class="row">
        ${guide.identity.proofs.map(
          (proof) =>
            html`<label class="check">
              <input
                type="checkbox"
                .checked=${talk.proofs.includes(proof)}
                aria-invalid=${app.state.talkProblems.proofs === undefined ? 'false' : 'true'}
                @change=${() => {
                  toggle(proof);
                }}
              />
              ${identity.proofs[proof]}
            </label>`,
        )}
      </div>
      ${fieldHint(app, 'proofs', app.state.talkProblems.proofs === undefined ? undefined : identity.proofNeeded)}
    </fieldset>
    <p class="row">
      <button type="button" @click=${() => void app.talk.confirmIdentity()}>
        ${app.words.guide.isThem}
      </button>
    </p>
    ${faults(app)}`;
}

function faults(app: App): TemplateResult {
  const { identity } = app.words.talk;
  const codes = Object.keys(identity.faults) as IdentityFault[];
  return html`<p class="soft small">${identity.faultsTitle}</p>
    <p class="row">
      ${codes.map(
        (because) =>
          html`<button type="button" @click=${() => void app.talk.isSomebodyElse(because)}>
            ${identity.faults[because]}
          </button>`,
      )}
    </p>`;
}

/** The neutral words stand in the prompts; here is what is recorded of whoever answered. */
function somebodyElse(app: App): TemplateResult {
  const { identity } = app.words.talk;
  return html`<p class="row">
    <button id="wrong-number" type="button" @click=${() => void app.talk.isWrongNumber()}>
      ${identity.wrongNumber}
    </button>
    <button
      type="button"
      @click=${() => {
        app.talk.editOutcome({ code: 'THIRD_PARTY' });
      }}
    >
      ${identity.thirdParty}
    </button>
  </p>`;
}
