import type { AppState } from './app-state';

interface Desk {
  readonly state: AppState;
  change(part: Partial<AppState>): void;
}

/** The page says so for as long as there is no microphone. */
export async function withMicrophone<T>(desk: Desk, open: () => Promise<T>): Promise<T> {
  try {
    const opened = await open();
    if (desk.state.microphone === 'refused') desk.change({ microphone: 'open' });
    return opened;
  } catch (error) {
    desk.change({ microphone: 'refused' });
    throw error;
  }
}
