import { SAMPLE_RATE } from './frame-decoder';
import { FRAME_BYTES, WAV_HEADER_BYTES } from './stereo-wav';

/** Who spoke how long in a talk. */
export interface TalkBalance {
  readonly agentSpeechMs: number;
  readonly customerSpeechMs: number;
  /** Of both at once; in each of the two above as well. */
  readonly bothMs: number;
  /** How often the agent began to speak while the customer was speaking, and went on. */
  readonly agentInterruptions: number;
  /** The agent's part of all speech in the first two minutes, percent; null: nobody spoke. */
  readonly openingAgentPercent: number | null;
}

const STEP_MS = 20;
const STEP_SAMPLES = (SAMPLE_RATE * STEP_MS) / 1_000;
/** RMS of 16 bits, about -46 dBFS: softer is not speech on any line. */
const LEAST_RMS = 160;
/** So much louder than the line's own noise, which is the softest tenth of what is heard. */
const ABOVE_NOISE = 3;
/** Between two words: the same speech. */
const PAUSE_STEPS = 300 / STEP_MS;
/** Shorter is a click, a breath. */
const LEAST_STEPS = 100 / STEP_MS;
/** Who has spoken for so long is speaking; who goes on for so long has interrupted. */
const SPEAKING_STEPS = 500 / STEP_MS;
const GOES_ON_STEPS = 400 / STEP_MS;
const OPENING_STEPS = 120_000 / STEP_MS;

interface Span {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/**
 * By loudness alone: speech is what stands out of a channel's own noise. Says nothing of what was said,
 * and nothing of it can be heard again. Pure.
 * @param wav of `mixSegments`: 16 bits, 8 kHz, the agent left, the customer right
 */
export function talkBalance(wav: Buffer): TalkBalance {
  const agent = speechOf(wav, 0);
  const customer = speechOf(wav, 1);
  const opening = { from: 0, to: OPENING_STEPS };
  const agentOpening = lengthWithin(agent, opening);
  const bothOpening = agentOpening + lengthWithin(customer, opening);
  const ms = (steps: number): number => steps * STEP_MS;
  return {
    agentSpeechMs: ms(agent.reduce((sum, { from, to }) => sum + to - from, 0)),
    customerSpeechMs: ms(customer.reduce((sum, { from, to }) => sum + to - from, 0)),
    bothMs: ms(agent.reduce((sum, span) => sum + lengthWithin(customer, span), 0)),
    agentInterruptions: agent.filter((span) => interrupts(span, customer)).length,
    openingAgentPercent: bothOpening === 0 ? null : Math.round((agentOpening * 100) / bothOpening),
  };
}

function speechOf(wav: Buffer, channel: 0 | 1): Span[] {
  const loudness = loudnessOf(wav, channel);
  const heard = loudness.filter((rms) => rms > 0).sort();
  const noise = heard[Math.floor(heard.length / 10)] ?? 0;
  const threshold = Math.max(LEAST_RMS, Math.min(noise * ABOVE_NOISE, LEAST_RMS * 8));
  const spans: { from: number; to: number }[] = [];
  for (const [step, rms] of loudness.entries()) {
    if (rms < threshold) continue;
    const last = spans.at(-1);
    if (last !== undefined && step - last.to <= PAUSE_STEPS) last.to = step + 1;
    else spans.push({ from: step, to: step + 1 });
  }
  return spans.filter(({ from, to }) => to - from >= LEAST_STEPS);
}

function loudnessOf(wav: Buffer, channel: 0 | 1): Float64Array {
  const samples = Math.floor((wav.length - WAV_HEADER_BYTES) / FRAME_BYTES);
  const loudness = new Float64Array(Math.floor(samples / STEP_SAMPLES));
  for (let step = 0; step < loudness.length; step += 1) {
    let sum = 0;
    const first = WAV_HEADER_BYTES + step * STEP_SAMPLES * FRAME_BYTES + channel * 2;
    for (let i = 0; i < STEP_SAMPLES; i += 1) {
      const sample = wav.readInt16LE(first + i * FRAME_BYTES);
      sum += sample * sample;
    }
    loudness[step] = Math.sqrt(sum / STEP_SAMPLES);
  }
  return loudness;
}

function lengthWithin(spans: readonly Span[], { from, to }: Span): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)),
    0,
  );
}

/** Begins while the other has been speaking, and neither a word of assent nor the other's last one. */
function interrupts({ from, to }: Span, others: readonly Span[]): boolean {
  return others.some(
    (other) =>
      other.from <= from - SPEAKING_STEPS &&
      other.to > from &&
      Math.min(to, other.to) - from >= GOES_ON_STEPS,
  );
}
