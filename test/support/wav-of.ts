export interface Sound {
  readonly rate?: number;
  readonly channels?: number;
  readonly seconds?: number;
  readonly hertz?: readonly number[];
}

/** A WAV of tones, added up, as other programs write it. */
export function wavOf({
  rate = 8_000,
  channels = 1,
  seconds = 0.5,
  hertz = [440],
}: Sound = {}): Buffer {
  const frames = Math.round(rate * seconds);
  const file = Buffer.alloc(44 + frames * 2 * channels);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2 * channels, 28);
  file.writeUInt16LE(2 * channels, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(file.length - 44, 40);
  for (let i = 0; i < frames; i += 1)
    for (let channel = 0; channel < channels; channel += 1) {
      const tones = hertz.map((hz) => Math.sin((2 * Math.PI * hz * i) / rate));
      const value = tones.reduce((sum, tone) => sum + tone, 0) * 8_000;
      file.writeInt16LE(Math.round(value), 44 + (i * channels + channel) * 2);
    }
  return file;
}
