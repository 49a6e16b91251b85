/**
 * How well announcements are told apart by their prints: Indonesian ones spoken by espeak-ng (Debian:
 * apt-get install espeak-ng) in three voices, each heard SANTUN_BENCH_HEARINGS times (20) at another
 * loudness, offset and codec, with 1 % of the packets lost and noise on the line, and compared with all.
 */
import { execFileSync } from 'node:child_process';
import { encodeALaw } from '../../sip/media/encode-a-law';
import { readWav } from '../../src/domain/announcement-audio/read-wav';
import { telephoneAudio } from '../../src/domain/announcement-audio/telephone-audio';
import { ALIKE_BELOW_DB, soundPrint, unlikeness } from '../../src/domain/sound-print';
import { decodeALaw } from '../../src/recording/decode-g711';
import { byMuLaw, drawsOf } from '../support/speech-like';

const HEARINGS = Number(process.env.SANTUN_BENCH_HEARINGS ?? 20);
const VOICES = ['id', 'id+f2', 'id+m3'];
const TEXTS = [
  'Nomor yang Anda tuju sedang tidak aktif atau berada di luar jangkauan. Cobalah beberapa saat lagi.',
  'Nomor yang Anda tuju sedang sibuk. Silakan hubungi beberapa saat lagi.',
  'Nomor yang Anda tuju berada di luar jangkauan. Silakan hubungi beberapa saat lagi.',
  'Nomor yang Anda tuju tidak terdaftar. Mohon periksa kembali nomor tujuan Anda.',
  'Nomor yang Anda tuju salah. Silakan periksa kembali.',
  'Nomor yang Anda hubungi tidak dapat menerima panggilan.',
  'Nomor yang Anda hubungi sedang tidak aktif.',
  'Nomor yang Anda hubungi sedang dialihkan, mohon tunggu.',
  'Maaf, nomor yang Anda tuju sedang melakukan panggilan lain.',
  'Maaf, pelanggan yang Anda hubungi tidak menjawab. Tinggalkan pesan setelah nada berikut.',
  'Pulsa Anda tidak mencukupi untuk melakukan panggilan ini.',
  'Telepon yang Anda tuju sedang tidak aktif.',
  'Jaringan sedang sibuk. Silakan coba beberapa saat lagi.',
  'The number you are calling is not active. Please try again later.',
  'The number you are calling is busy. Please try again later.',
];

function spoken(text: string, voice: string): Int16Array {
  const wav = execFileSync('espeak-ng', ['-v', voice, '-s', '150', '--stdout', text]);
  // 22,050 Hz, of a length that a stream cannot know: as 44,100 Hz with each sample twice
  const samples = wav.subarray(44, wav.length - (wav.length % 2));
  const doubled = Buffer.alloc(44 + 2 * samples.length);
  wav.copy(doubled, 0, 0, 44);
  doubled.writeUInt32LE(44_100, 24);
  doubled.writeUInt32LE(2 * samples.length, 40);
  for (let n = 0; n < samples.length; n += 2) {
    samples.copy(doubled, 44 + 2 * n, n, n + 2);
    samples.copy(doubled, 46 + 2 * n, n, n + 2);
  }
  const read = readWav(doubled);
  if ('reason' in read) throw new Error(read.reason);
  return Int16Array.from([...telephoneAudio(read)].flatMap((slice) => [...slice]));
}

const draw = drawsOf(1);

/** One hearing of it: -18 to +6 dB, 300 ms earlier or later. */
function heard(samples: Int16Array): Int16Array {
  const gain = 10 ** ((24 * draw() - 18) / 20);
  const offset = Math.round((600 * draw() - 300) * 8);
  const moved =
    offset < 0 ? samples.slice(-offset) : Int16Array.from([...new Int16Array(offset), ...samples]);
  const loud = moved.map((one) =>
    Math.max(-32_768, Math.min(32_767, Math.round(one * gain + 16 * (draw() - 0.5)))),
  );
  const coded = draw() < 0.5 ? byMuLaw(loud) : decodeALaw(encodeALaw(loud));
  for (let at = 0; at < coded.length; at += 160) if (draw() < 0.01) coded.fill(0, at, at + 160);
  return coded.slice(0, 5 * 8_000);
}

const printOf = (samples: Int16Array): Uint8Array => soundPrint(samples) ?? new Uint8Array();
const known = VOICES.flatMap((voice) =>
  TEXTS.map((text) => {
    const samples = spoken(text, voice);
    return { text, samples, print: printOf(samples) };
  }),
);
const [same, other]: [number[], number[]] = [[], []];
for (const one of known)
  for (let n = 0; n < HEARINGS; n++) {
    const print = printOf(heard(one.samples));
    same.push(unlikeness(print, one.print));
    for (const against of known)
      if (against.text !== one.text) other.push(unlikeness(print, against.print));
  }
const share = (values: number[], isWrong: (dB: number) => boolean): string => {
  const wrong = values.filter(isWrong).length;
  return `${wrong} of ${values.length} (${((100 * wrong) / values.length).toFixed(3)} %)`;
};
process.stdout.write(
  [
    `${known.length} announcements, ${HEARINGS} hearings of each; alike below ${ALIKE_BELOW_DB} dB`,
    `falsely rejected  ${share(same, (dB) => dB >= ALIKE_BELOW_DB)}, the most unlike ${Math.max(...same).toFixed(2)} dB`,
    `falsely accepted  ${share(other, (dB) => dB < ALIKE_BELOW_DB)}, the most alike ${other.reduce((a, b) => Math.min(a, b)).toFixed(2)} dB`,
    '',
  ].join('\n'),
);
