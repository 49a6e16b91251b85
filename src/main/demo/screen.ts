import { renderLine, renderView, type ViewState } from './live-view';

const REDRAW_MS = 250;
const LINE_MS = 5_000;
const USUAL_COLUMNS = 80;

/** What of a stream is used: `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where the view goes: a terminal that is redrawn, or plain lines every few seconds. */
export class Screen {
  #drawnLines = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly out: Output,
    private readonly view: () => ViewState,
  ) {}

  start(): void {
    this.#draw();
    this.#timer = setInterval(
      () => {
        this.#draw();
      },
      this.out.isTTY === true ? REDRAW_MS : LINE_MS,
    );
  }

  /** Draws once more and leaves the picture standing. */
  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#draw();
  }

  #draw(): void {
    if (this.out.isTTY !== true) {
      this.out.write(`${renderLine(this.view())}\n`);
      return;
    }
    // a terminal that does not tell its width says 0
    const columns = this.out.columns || USUAL_COLUMNS;
    // a line that wraps would break the count of lines to go back
    const lines = renderView(this.view()).map((line) => fit(line, columns));
    // CSI n A: up n lines; CSI 0 J: erase from here on
    const back = this.#drawnLines === 0 ? '' : `\u001b[${this.#drawnLines}A\u001b[0J`;
    this.out.write(`${back}${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }
}

function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(columns - 2, 1))}…`;
}
