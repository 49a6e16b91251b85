import { HELP_REASONS } from '../../domain/help-request';
import type { App } from './app';
import { isTalking, type AppState } from './app-state';
import { PAUSE_REASONS, type Words } from './words';

export interface Shortcut {
  /** As it is shown, and as `aria-keyshortcuts` has it. */
  readonly keys: string;
  /** The key with Alt, as KeyboardEvent.code: the same place on every keyboard. */
  readonly code: string;
  readonly screens: readonly AppState['screen'][];
  readonly name: (words: Words) => string;
  readonly act: (app: App) => void;
}

/** `other` wants a note, for which a talk leaves no hand free. */
export const RAISED_FOR = HELP_REASONS.filter((reason) => reason !== 'other');

const DESK = ['desk'] as const;
const SIGNED_IN = ['check', 'desk'] as const;

/** Every key of the page, once: what is pressed and what is listed. */
export const SHORTCUTS: readonly Shortcut[] = [
  on('Alt+1', 'Digit1', DESK, 'ready', (app) => void app.setReady()),
  on('Alt+2', 'Digit2', DESK, 'pause', (app) => {
    app.change({ isPauseOpen: true });
    focus('.sheet button');
  }),
  {
    ...{ keys: 'Alt+C', code: 'KeyC', screens: DESK, name: (words) => words.preview.call },
    act: (app) => void app.decide('call'),
  },
  on('Alt+M', 'KeyM', DESK, 'mute', (app) => {
    app.toggleMute();
  }),
  on('Alt+H', 'KeyH', DESK, 'hold', (app) => void app.toggleHold()),
  on('Alt+K', 'KeyK', DESK, 'keypad', (app) => {
    app.change({ isKeypadOpen: !app.state.isKeypadOpen });
    focus('.keypad button');
  }),
  {
    ...{ keys: 'Alt+R', code: 'KeyR', screens: DESK, name: (words) => words.help.raise },
    act: (app) => {
      raiseHand(app);
      focus('.sheet button');
    },
  },
  on('Alt+X', 'KeyX', DESK, 'hangUp', (app) => void app.hangUp()),
  on('Alt+O', 'KeyO', DESK, 'outcome', () => {
    focus('#code');
  }),
  on('Alt+S', 'KeyS', DESK, 'save', (app) => void app.saveOutcome()),
  on('Alt+L', 'KeyL', SIGNED_IN, 'otherLanguage', (app) => {
    app.switchLanguage();
  }),
  on('Alt+Q', 'KeyQ', SIGNED_IN, 'signOut', (app) => void app.signOut()),
];

function on(
  keys: string,
  code: string,
  screens: Shortcut['screens'],
  word:
    | 'ready'
    | 'pause'
    | 'mute'
    | 'hold'
    | 'keypad'
    | 'hangUp'
    | 'outcome'
    | 'save'
    | 'otherLanguage'
    | 'signOut',
  act: Shortcut['act'],
): Shortcut {
  return { keys, code, screens, name: (words) => words[word], act };
}

/** Opens the choice of why, or takes the hand down again. */
export function raiseHand(app: App): void {
  const { help, isHelpOpen } = app.state;
  if (help !== null) void app.askForHelp(null);
  else if (isTalking(app.state)) app.change({ isHelpOpen: !isHelpOpen });
}

/** What a key without Alt means while a sheet is open: reasons by number, tones as they are named. */
export function sheetKey(state: AppState, key: string): ((app: App) => void) | null {
  const why = RAISED_FOR[Number(key) - 1];
  if (state.isHelpOpen) return why === undefined ? null : (app) => void app.askForHelp(why);
  const reason = PAUSE_REASONS[Number(key) - 1];
  if (state.isPauseOpen) return reason === undefined ? null : (app) => void app.pause(reason);
  if (!state.isKeypadOpen || !/^[0-9*#]$/.test(key)) return null;
  return (app) => {
    app.sendTone(key);
  };
}

/** After the change is drawn. */
function focus(selector: string): void {
  queueMicrotask(() => {
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
