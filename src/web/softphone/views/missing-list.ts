import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app';
import { focusSoon } from '../focus-soon';
import { missingSteps } from '../missing-steps';

/** What the chosen outcome still lacks; each leads to where it is done. */
export function missingList(app: App): TemplateResult | typeof nothing {
  const { words, state } = app;
  const { steps, isRefused } = missingSteps(state.guide, state.draft.code);
  if (steps.length === 0) return nothing;
  const { missing } = words.talk;
  return html`<div class="missing ${isRefused ? 'refused' : ''}" aria-live="polite">
    <p class="small">
      ${isRefused ? missing.title : missing.optional} <kbd title=${missing.next}>Alt+G</kbd>
    </p>
    <ul class="plain row">
      ${steps.map(
        ({ need, at }) =>
          html`<li>
            <button
              type="button"
              class=${state.ledTo === need ? 'on' : ''}
              @click=${() => {
                if (need === 'dispute_type') app.talk.edit({ caseKind: 'dispute' });
                app.change({ ledTo: need });
                focusSoon(...at);
              }}
            >
              ${missing.needs[need]}
            </button>
          </li>`,
      )}
    </ul>
  </div>`;
}
