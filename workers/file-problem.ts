/** A file that cannot be read on. The message is for the person who sent it. */
export class FileProblem extends Error {
  constructor(reason: string, accepted: string) {
    super(`${reason}. Accepted: ${accepted}`);
    this.name = 'FileProblem';
  }
}
