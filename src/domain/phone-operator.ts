/**
 * Whose mobile numbers begin how, by brand, in Indonesia (+62): the national numbering plan's blocks
 * as the operators use them. The beginning tells the network as long as no register says otherwise (a
 * number that was taken along, or a brand that went over to another network). What is in no list (fixed
 * lines too) belongs to none.
 */
export const OPERATOR_PREFIXES = {
  telkomsel: [811, 812, 813, 821, 822, 823, 851, 852, 853],
  indosat: [814, 815, 816, 855, 856, 857, 858],
  xl: [817, 818, 819, 859, 877, 878],
  axis: [831, 832, 833, 838],
  tri: [895, 896, 897, 898, 899],
  smartfren: [881, 882, 883, 884, 885, 886, 887, 888, 889],
} as const satisfies Record<string, readonly number[]>;

export type PhoneOperator = keyof typeof OPERATOR_PREFIXES;
export const PHONE_OPERATORS = Object.keys(OPERATOR_PREFIXES) as PhoneOperator[];

const COUNTRY = '+62';

export function isPhoneOperator(name: string): name is PhoneOperator {
  return Object.hasOwn(OPERATOR_PREFIXES, name);
}

/** Beginnings of its numbers, E.164. */
export function prefixesOfOperator(operator: PhoneOperator): readonly string[] {
  return OPERATOR_PREFIXES[operator].map((block) => `${COUNTRY}${block}`);
}

/** The beginning of the number that is as long as those of operators. */
export const blockOfNumber = (e164: string): string => e164.slice(0, COUNTRY.length + 3);

/** Null: no operator of the list, or no mobile number. */
export function operatorOfNumber(e164: string): PhoneOperator | null {
  const of = PHONE_OPERATORS.find((operator) =>
    prefixesOfOperator(operator).some((prefix) => e164.startsWith(prefix)),
  );
  return of ?? null;
}
