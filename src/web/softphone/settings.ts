import type { Language } from './words';

/** What survives a reload: the key for as long as the tab lives, the rest for good. */
export const settings = {
  get key(): string | null {
    return sessionStorage.getItem('santun.key');
  },
  set key(key: string | null) {
    if (key === null) sessionStorage.removeItem('santun.key');
    else sessionStorage.setItem('santun.key', key);
  },
  /** The attempt that the agent muted the microphone in: a reload must not open it. */
  get mutedAttempt(): string | null {
    return sessionStorage.getItem('santun.muted');
  },
  set mutedAttempt(attemptId: string | null) {
    if (attemptId === null) sessionStorage.removeItem('santun.muted');
    else sessionStorage.setItem('santun.muted', attemptId);
  },
  get language(): Language {
    const kept = localStorage.getItem('santun.language');
    if (kept === 'id' || kept === 'en') return kept;
    return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'id';
  },
  set language(language: Language) {
    localStorage.setItem('santun.language', language);
  },
  get input(): string {
    return localStorage.getItem('santun.input') ?? '';
  },
  set input(deviceId: string) {
    localStorage.setItem('santun.input', deviceId);
  },
  get output(): string {
    return localStorage.getItem('santun.output') ?? '';
  },
  set output(deviceId: string) {
    localStorage.setItem('santun.output', deviceId);
  },
};
