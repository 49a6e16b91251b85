import { encodeALaw } from '../../../../sip/media/encode-a-law';
import { recognize } from '../../../../src/domain/carrier-announcement';
import { ALIKE_BELOW_DB, soundPrint, unlikeness } from '../../../../src/domain/sound-print';
import { decodeALaw } from '../../../../src/recording/decode-g711';
import { byMuLaw, drawsOf, speechLike } from '../../../support/speech-like';

const RATE = 8_000;
const print = (samples: Int16Array): Uint8Array => {
  const made = soundPrint(samples);
  if (made === null) throw new Error('no print');
  return made;
};
const louder = (samples: Int16Array, dB: number): Int16Array =>
  samples.map((one) => Math.max(-32_768, Math.min(32_767, Math.round(one * 10 ** (dB / 20)))));
const later = (samples: Int16Array, ms: number): Int16Array =>
  ms < 0
    ? samples.slice((-ms / 1_000) * RATE)
    : Int16Array.from([...new Int16Array((ms / 1_000) * RATE), ...samples]);
const byALaw = (samples: Int16Array): Int16Array => decodeALaw(encodeALaw(samples));
/** Packets of 20 ms that never came, 1 % of them. */
function lossy(samples: Int16Array, seed: number): Int16Array {
  const draw = drawsOf(seed);
  const left = samples.slice();
  for (let at = 0; at < left.length; at += 160) if (draw() < 0.01) left.fill(0, at, at + 160);
  return left;
}

const SENTENCES = Array.from({ length: 5 }, (_, n) => speechLike([n], 3.6));
const PRINTS = SENTENCES.map(print);

describe('E2: the print of an announcement', () => {
  it('is small, and the same at another loudness, by another codec, later, and with packets lost', () => {
    for (const [n, sentence] of SENTENCES.slice(0, 3).entries()) {
      const known = print(byALaw(sentence));
      expect(known.length).toBeLessThan(1_000);
      const heard = [
        louder(sentence, -18),
        louder(sentence, 6),
        byMuLaw(louder(sentence, -10)),
        later(sentence, 300),
        later(sentence, 137),
        // it began before we listened
        later(sentence, -300),
        later(sentence, -113),
        lossy(sentence, n),
        lossy(later(byMuLaw(louder(sentence, -15)), -250), n + 100),
      ];
      const off = heard.map((one) => unlikeness(print(byALaw(one)), known));
      expect(Math.max(...off)).toBeLessThan(ALIKE_BELOW_DB);
    }
  });

  it('is another one for other words, also behind the same beginning', () => {
    for (const [n, one] of PRINTS.entries()) {
      for (const other of PRINTS.slice(n + 1))
        expect(unlikeness(one, other)).toBeGreaterThan(ALIKE_BELOW_DB + 1);
      // "nomor yang Anda tuju …": more than half of it is the same
      const endsOtherwise = speechLike([n, n, n + 50], 3.6);
      const begins = speechLike([n, n, n + 70], 3.6);
      expect(unlikeness(print(endsOtherwise), print(begins))).toBeGreaterThan(ALIKE_BELOW_DB + 1);
    }
  });

  it('tells tones apart, and has none of silence or of what is too short', () => {
    const tone = (hertz: number): Int16Array =>
      Int16Array.from({ length: 3.2 * RATE }, (_, n) =>
        Math.round(6_000 * Math.sin((2 * Math.PI * hertz * n) / RATE)),
      );
    expect(unlikeness(print(tone(425)), print(louder(tone(425), -12)))).toBeLessThan(1);
    expect(unlikeness(print(tone(425)), print(tone(950)))).toBeGreaterThan(ALIKE_BELOW_DB);
    expect(soundPrint(new Int16Array(4 * RATE))).toBeNull();
    expect(soundPrint(new Int16Array(4 * RATE).fill(40))).toBeNull();
    expect(soundPrint(speechLike([1], 1.8))).toBeNull();
  });

  it('names the announcement, and what it says only where that is one thing', () => {
    const [inactive, busy, unheard] = SENTENCES as [Int16Array, Int16Array, Int16Array];
    const known = [
      { id: 'a', print: print(inactive), class: 'inactive' as const },
      { id: 'b', print: print(busy), class: null },
    ];
    expect(recognize(print(lossy(inactive, 1)), known)).toEqual({ id: 'a', class: 'inactive' });
    expect(recognize(print(later(busy, 100)), known)).toEqual({ id: 'b', class: null });
    expect(recognize(print(unheard), known)).toBeNull();
    const twice = [
      ...known,
      { id: 'c', print: print(louder(inactive, 3)), class: 'busy' as const },
    ];
    expect(recognize(print(inactive), twice)).toMatchObject({ class: null });
    // cut short by the refusal, and all that was heard of it is the same
    expect(recognize(print(inactive.slice(0, 2.2 * RATE)), known)).toMatchObject({ id: 'a' });
  });
});
