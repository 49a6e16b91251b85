import { emptyFloor } from '../../../../../src/main/demo/floor-state';
import { Screen, type Output } from '../../../../../src/main/demo/screen';

const ESCAPE = '\u001b';

function paper(shape: Omit<Output, 'write'>): Output & { text: string } {
  return {
    ...shape,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

function screenOn(out: Output): Screen {
  let elapsedSeconds = -1;
  return new Screen(out, () => {
    elapsedSeconds += 1;
    return { floor: emptyFloor([]), phase: 'dialing', elapsedSeconds, limitSeconds: 60 };
  });
}

describe('Screen', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('writes a plain line every five seconds where there is no terminal', () => {
    const out = paper({});
    const screen = screenOn(out);
    screen.start();
    jest.advanceTimersByTime(10_000);
    screen.stop();
    jest.advanceTimersByTime(60_000);
    screen.stop();
    expect(out.text).not.toContain(ESCAPE);
    const lines = out.text.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 12))).toEqual([
      '0:00 dialing',
      '0:01 dialing',
      '0:02 dialing',
      '0:03 dialing',
    ]);
  });

  it('takes 80 columns where the terminal does not tell its width', () => {
    const out = paper({ isTTY: true, columns: 0 });
    const screen = screenOn(out);
    screen.start();
    screen.stop();
    expect(out.text).toContain('Santun demonstration · dialing · 0:00 of 1:00');
  });

  it('redraws a terminal in place, and cuts what would wrap', () => {
    const out = paper({ isTTY: true, columns: 30 });
    const screen = screenOn(out);
    screen.start();
    jest.advanceTimersByTime(250);
    screen.stop();
    const pictures = out.text.split(`${ESCAPE}[9A${ESCAPE}[0J`);
    expect(pictures).toHaveLength(3);
    for (const picture of pictures) {
      const lines = picture.trimEnd().split('\n');
      expect(lines).toHaveLength(9);
      for (const line of lines) expect(line.length).toBeLessThan(30);
      expect(lines[0]).toBe('Santun demonstration · dialin…'.slice(0, 28) + '…');
    }
  });
});
