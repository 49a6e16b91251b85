import { talkBalance } from '../../../../src/recording/talk-balance';

/** Speech as spans in seconds; noise in every sample of the line. */
interface Voice {
  readonly spans: readonly (readonly [from: number, to: number])[];
  readonly noise?: number;
}
const RATE = 8_000;

function talk(seconds: number, agent: Voice, customer: Voice): Buffer {
  const frames = RATE * seconds;
  const wav = Buffer.alloc(44 + frames * 4);
  for (const [channel, { spans, noise = 0 }] of [agent, customer].entries())
    for (let i = 0; i < frames; i += 1) {
      const speaks = spans.some(([from, to]) => i >= from * RATE && i < to * RATE);
      const level = speaks ? 6_000 * Math.sin((2 * Math.PI * 220 * i) / RATE) : 0;
      // the same in every run
      const hiss = noise * (((i * 7_919) % 200) / 100 - 1);
      wav.writeInt16LE(Math.round(level + hiss), 44 + i * 4 + channel * 2);
    }
  return wav;
}

describe('L2: who speaks in a talk', () => {
  it('is told by the two channels, in spite of a noisy line', () => {
    const agent = {
      spans: [
        [0, 3],
        [10, 12],
      ] as const,
      noise: 60,
    };
    const customer = { spans: [[4, 9]] as const, noise: 250 };
    const balance = talkBalance(talk(15, agent, customer));
    expect(balance.agentSpeechMs).toBeCloseTo(5_000, -2);
    expect(balance.customerSpeechMs).toBeCloseTo(5_000, -2);
    expect(balance).toMatchObject({ bothMs: 0, agentInterruptions: 0, openingAgentPercent: 50 });
  });

  it('is interrupted by who begins while the other speaks, and goes on', () => {
    const customer = { spans: [[1, 6]] as const };
    const over = (from: number, to: number) =>
      talkBalance(talk(10, { spans: [[from, to]] }, customer)).agentInterruptions;
    expect(over(3, 5)).toBe(1);
    // a word of assent; a start at once with the other; an answer to the last word
    expect([over(3, 3.3), over(1.1, 3), over(5.8, 8)]).toEqual([0, 0, 0]);
    expect(talkBalance(talk(10, { spans: [[3, 5]] }, customer)).bothMs).toBeCloseTo(2_000, -2);
  });

  it('counts the opening by its first two minutes, and a pause between words as speech', () => {
    const agent = {
      spans: [
        [0, 1],
        [1.2, 2],
        [130, 140],
      ] as const,
    };
    const customer = { spans: [[3, 9]] as const };
    const balance = talkBalance(talk(150, agent, customer));
    expect(balance.openingAgentPercent).toBe(25);
    expect(balance.agentSpeechMs).toBeCloseTo(12_000, -2);
  });

  it('is nobody in silence, and no clicks', () => {
    const none = { spans: [] };
    expect(talkBalance(talk(2, none, { spans: [[1, 1.05]] }))).toEqual({
      ...{ agentSpeechMs: 0, customerSpeechMs: 0, bothMs: 0, agentInterruptions: 0 },
      openingAgentPercent: null,
    });
  });
});
