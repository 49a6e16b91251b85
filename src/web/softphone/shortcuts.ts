import { HELP_REASONS } from '../../domain/help-request';
import type { App } from './app';
import { isTalking, type AppState } from './app-state';
import { focusSoon } from './focus-soon';
import type { ShortcutName } from './shortcut-keys';
import { PAUSE_REASONS } from './words';

/** `other` wants a note, for which a talk leaves no hand free. */
export const RAISED_FOR = HELP_REASONS.filter((reason) => reason !== 'other');

/** What each key of the page does. */
export const ACTS: Readonly<Record<ShortcutName, (app: App) => void>> = {
  ready: (app) => void app.duty.setReady(),
  pause: (app) => {
    app.change({ isPauseOpen: true });
    focusSoon('.sheet button');
  },
  call: (app) => void app.duty.decide('call'),
  mute: (app) => {
    app.toggleMute();
  },
  hold: (app) => void app.duty.toggleHold(),
  keypad: (app) => {
    app.change({ isKeypadOpen: !app.state.isKeypadOpen });
    focusSoon('.keypad button');
  },
  raiseHand: (app) => {
    raiseHand(app);
    focusSoon('.sheet button');
  },
  hangUp: (app) => void app.duty.hangUp(),
  options: () => {
    focusSoon('#offers input:checked', '#income', '#proofs input');
  },
  heard: () => {
    focusSoon('#hope', '#wish');
  },
  outcome: () => {
    focusSoon('#code');
  },
  missing: (app) => {
    app.talk.goToMissing();
  },
  save: (app) => void app.talk.saveOutcome(),
  language: (app) => {
    app.switchLanguage();
  },
  signOut: (app) => void app.signOut(),
};

/** Opens the choice of why, or takes the hand down again. */
export function raiseHand(app: App): void {
  const { help, isHelpOpen } = app.state;
  if (help !== null) void app.duty.askForHelp(null);
  else if (isTalking(app.state)) app.change({ isHelpOpen: !isHelpOpen });
}

/** What a key without Alt means while a sheet is open: reasons by number, tones as they are named. */
export function sheetKey(state: AppState, key: string): ((app: App) => void) | null {
  const why = RAISED_FOR[Number(key) - 1];
  if (state.isHelpOpen) return why === undefined ? null : (app) => void app.duty.askForHelp(why);
  const reason = PAUSE_REASONS[Number(key) - 1];
  if (state.isPauseOpen) return reason === undefined ? null : (app) => void app.duty.pause(reason);
  if (!state.isKeypadOpen || !/^[0-9*#]$/.test(key)) return null;
  return (app) => {
    app.sendTone(key);
  };
}
