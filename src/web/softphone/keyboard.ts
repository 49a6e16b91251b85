import type { App } from './app';
import { shortcutOf } from './shortcut-keys';
import { ACTS, sheetKey } from './shortcuts';

/** Keys with Alt, so that none of them is a letter that somebody types (WCAG 2.1, 2.1.4). */
export function onKey(app: App, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey) return;
  const act = event.altKey ? withAlt(app, event.code) : plain(app, event);
  if (act === null) return;
  event.preventDefault();
  act(app);
}

function withAlt({ state }: App, code: string): ((app: App) => void) | null {
  const name = shortcutOf(code, state.screen);
  return name === null ? null : ACTS[name];
}

function plain({ state }: App, event: KeyboardEvent): ((app: App) => void) | null {
  if (event.key === 'Escape')
    return (app) => {
      app.change({ isPauseOpen: false, isHelpOpen: false, isKeypadOpen: false });
    };
  const { target } = event;
  const isTyping = target instanceof HTMLElement && target.matches('input, select, textarea');
  return isTyping || state.screen !== 'desk' ? null : sheetKey(state, event.key);
}
