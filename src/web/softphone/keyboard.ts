import type { App } from './app';

/** Keys with Alt, so that none of them is a letter that somebody types (WCAG 2.1, 2.1.4). */
export function onKey(app: App, event: KeyboardEvent): void {
  if (event.key === 'Escape') app.change({ isPauseOpen: false, isKeypadOpen: false });
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const act = actOf(app, event.code);
  if (act === null || app.state.screen !== 'desk') return;
  event.preventDefault();
  act();
}

function actOf(app: App, code: string): (() => void) | null {
  switch (code) {
    case 'Digit1':
      return () => void app.setReady();
    case 'Digit2':
      return () => {
        app.change({ isPauseOpen: true });
        focus('.sheet button');
      };
    case 'KeyC':
      return () => void app.decide('call');
    case 'KeyM':
      return () => {
        app.toggleMute();
      };
    case 'KeyH':
      return () => void app.toggleHold();
    case 'KeyK':
      return () => {
        app.change({ isKeypadOpen: !app.state.isKeypadOpen });
        focus('.keypad button');
      };
    case 'KeyX':
      return () => void app.hangUp();
    case 'KeyO':
      return () => {
        focus('#code');
      };
    case 'KeyS':
      return () => void app.saveOutcome();
    default:
      return null;
  }
}

/** After the change is drawn. */
function focus(selector: string): void {
  setTimeout(() => {
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
