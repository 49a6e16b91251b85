/** To the person at the terminal; stdout is for what a program may read. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The answer of a command, on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
