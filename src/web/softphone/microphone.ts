/** Microphones and speakers as the browser names them; names come with the permission. */
export interface AudioDevices {
  readonly inputs: readonly MediaDeviceInfo[];
  readonly outputs: readonly MediaDeviceInfo[];
}

export async function listAudioDevices(): Promise<AudioDevices> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): MediaDeviceInfo[] =>
    devices.filter((device) => device.kind === kind && device.deviceId !== '');
  return { inputs: of('audioinput'), outputs: of('audiooutput') };
}

/** The chosen microphone, opened once; legs and tests get copies. */
export class Microphone {
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private analyser: AnalyserNode | null = null;
  private deviceId = '';

  get isOpen(): boolean {
    return this.stream?.getAudioTracks().some((track) => track.readyState === 'live') === true;
  }

  /** @throws DOMException when there is none, or the person refuses. */
  async open(deviceId: string): Promise<void> {
    this.close();
    this.deviceId = deviceId;
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }),
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1_024;
    this.context.createMediaStreamSource(this.stream).connect(this.analyser);
  }

  /** A copy for a leg, which stops it at its end. */
  async copy(): Promise<MediaStream> {
    if (!this.isOpen) await this.open(this.deviceId);
    if (this.stream === null) throw new Error('no microphone');
    return this.stream.clone();
  }

  /** Loudness now, 0 to 1: the root mean square, on a scale that a voice fills. */
  level(): number {
    if (this.analyser === null) return 0;
    // a page without a click yet measures nothing until it may
    if (this.context?.state === 'suspended') void this.context.resume();
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.min(1, Math.sqrt(square) * 4);
  }

  /** Records so long; the caller plays it back. */
  async record(waited: Promise<void>): Promise<Blob> {
    const copy = await this.copy();
    const recorder = new MediaRecorder(copy);
    const pieces: Blob[] = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    await waited;
    recorder.stop();
    await stopped;
    for (const track of copy.getTracks()) track.stop();
    return new Blob(pieces, { type: recorder.mimeType });
  }

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    void this.context?.close();
    this.stream = null;
    this.context = null;
    this.analyser = null;
  }
}
