/** What the person typed or wrote cannot be used: the program ends with code 2 and says these lines. */
export class InputError extends Error {
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'InputError';
  }
}
