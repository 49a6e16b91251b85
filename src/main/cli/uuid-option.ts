import { InvalidArgumentError } from 'commander';

/** An option that is an id, spelled as the API shows it. @param what whose, as in `a debtor` */
export const uuidOption =
  (what: string) =>
  (text: string): string => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
      throw new InvalidArgumentError(`the id of ${what}, as the API shows it.`);
    }
    return text;
  };
