import { writeFile } from 'node:fs/promises';

const RATE = 48_000;
const SECONDS = 4;

/** A WAV file of one tone, whole periods of it: Chromium plays it round and round as a microphone. */
export async function writeToneFile(path: string, hertz: number): Promise<void> {
  const samples = Int16Array.from({ length: RATE * SECONDS }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / RATE)),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  // PCM, one channel
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  await writeFile(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
}
