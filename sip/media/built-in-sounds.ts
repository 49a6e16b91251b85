import type { AnnouncementKind } from '../../src/domain/announcement';
import { encodeALaw } from './encode-a-law';
import type { Prompt } from './prompt';

const RATE = 8_000;

interface Note {
  readonly atMs: number;
  readonly hertz: number;
  /** Loudness falls to a third in this time. */
  readonly decayMs: number;
}

/** Plucked notes, each with a soft octave above it. */
function notes(lengthMs: number, peak: number, played: readonly Note[]): Int16Array {
  const samples = new Float64Array((lengthMs * RATE) / 1_000);
  for (const { atMs, hertz, decayMs } of played) {
    const from = (atMs * RATE) / 1_000;
    for (let i = 0; from + i < samples.length; i += 1) {
      const seconds = i / RATE;
      const attack = Math.min(seconds / 0.02, 1);
      const loudness = attack * Math.exp((-1_000 * seconds) / decayMs);
      const turn = 2 * Math.PI * hertz * seconds;
      const sample = loudness * (Math.sin(turn) + 0.25 * Math.sin(2 * turn));
      samples[from + i] = (samples[from + i] ?? 0) + sample;
    }
  }
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Int16Array.from(samples, (sample) => Math.round((sample / loudest) * peak));
}

/** G major, E minor, C major, D major, broken, a bar each; its end fades into its beginning. */
const MUSIC_HERTZ = [
  [196, 294, 392, 494],
  [165, 247, 330, 392],
  [262, 330, 392, 523],
  [147, 220, 294, 370],
];
const BEAT_MS = 450;

const music = (): Int16Array =>
  notes(
    4 * 4 * BEAT_MS,
    6_000,
    MUSIC_HERTZ.flat().map((hertz, i) => ({ atMs: i * BEAT_MS, hertz, decayMs: 500 })),
  );

/** Two low notes every five seconds: you are still connected. */
const holdTone = (): Int16Array =>
  notes(5_000, 5_000, [
    { atMs: 0, hertz: 440, decayMs: 150 },
    { atMs: 300, hertz: 350, decayMs: 150 },
  ]);

const MADE: Partial<Readonly<Record<AnnouncementKind, () => Int16Array>>> = {
  queue_music: music,
  hold_tone: holdTone,
};
const made = new Map<AnnouncementKind, Prompt>();

/** What is played of a kind that nobody has sent; null: what is said cannot be made by a program. */
export function builtInSound(kind: AnnouncementKind): Prompt | null {
  const make = MADE[kind];
  if (make === undefined) return null;
  const known = made.get(kind);
  if (known !== undefined) return known;
  const prompt: Prompt = { kind, announcement: null, aLaw: encodeALaw(make()) };
  made.set(kind, prompt);
  return prompt;
}
