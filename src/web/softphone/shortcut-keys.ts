import type { Words } from './words';

export type Screen = 'sign_in' | 'check' | 'desk' | 'elsewhere';

interface ShortcutKey {
  /** With Alt, as KeyboardEvent.code: the same place on every keyboard. */
  readonly code: `Digit${number}` | `Key${string}`;
  readonly screens: readonly Screen[];
  readonly says: (words: Words) => string;
}

const DESK = ['desk'] as const;
const SIGNED_IN = ['check', 'desk', 'elsewhere'] as const;

/** Every key of the page, once, in the order in which they are listed. */
const KEYS = {
  ready: { code: 'Digit1', screens: DESK, says: (words) => words.ready },
  pause: { code: 'Digit2', screens: DESK, says: (words) => words.pause },
  call: { code: 'KeyC', screens: DESK, says: (words) => words.preview.call },
  mute: { code: 'KeyM', screens: DESK, says: (words) => words.mute },
  hold: { code: 'KeyH', screens: DESK, says: (words) => words.hold },
  keypad: { code: 'KeyK', screens: DESK, says: (words) => words.keypad },
  raiseHand: { code: 'KeyR', screens: DESK, says: (words) => words.help.raise },
  hangUp: { code: 'KeyX', screens: DESK, says: (words) => words.hangUp },
  options: { code: 'KeyP', screens: DESK, says: (words) => words.talk.options.title },
  heard: { code: 'KeyW', screens: DESK, says: (words) => words.talk.heard.title },
  outcome: { code: 'KeyO', screens: DESK, says: (words) => words.outcome },
  missing: { code: 'KeyG', screens: DESK, says: (words) => words.talk.missing.next },
  save: { code: 'KeyS', screens: DESK, says: (words) => words.save },
  language: { code: 'KeyL', screens: SIGNED_IN, says: (words) => words.otherLanguage },
  signOut: { code: 'KeyQ', screens: SIGNED_IN, says: (words) => words.signOut },
} as const satisfies Readonly<Record<string, ShortcutKey>>;

export type ShortcutName = keyof typeof KEYS;
export const SHORTCUT_KEYS: Readonly<Record<ShortcutName, ShortcutKey>> = KEYS;
export const SHORTCUT_NAMES = Object.keys(KEYS) as readonly ShortcutName[];

/** `Alt+G`, as it is shown, and as `aria-keyshortcuts` has it. */
export const keysText = (name: ShortcutName): string =>
  `Alt+${SHORTCUT_KEYS[name].code.replace(/^Digit|^Key/, '')}`;

/** What a key with Alt means on a screen; null: nothing. */
export function shortcutOf(code: string, screen: Screen): ShortcutName | null {
  const isIt = (name: ShortcutName): boolean =>
    SHORTCUT_KEYS[name].code === code && SHORTCUT_KEYS[name].screens.includes(screen);
  return SHORTCUT_NAMES.find(isIt) ?? null;
}
