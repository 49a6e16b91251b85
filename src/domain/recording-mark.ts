/** A segment of a recording, by which its capture is found again. */
export interface RecordingMark {
  readonly recordingId: string;
  readonly seq: number;
}

/** What the engine is told when it begins to capture, and writes beside the capture. */
export function recordingMark({ recordingId, seq }: RecordingMark): string {
  return `santun recording ${recordingId} segment ${seq}`;
}

/** The mark in what the engine wrote; null: there is none. */
export function markIn(text: string): RecordingMark | null {
  const found = /^santun recording ([0-9a-f-]{36}) segment (\d{1,6})$/m.exec(text);
  const [, recordingId, seq] = found ?? [];
  return recordingId === undefined ? null : { recordingId, seq: Number(seq) };
}
