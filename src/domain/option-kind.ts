/** What may be offered to somebody in arrears. */
export const OPTION_KINDS = [
  'pay_full',
  'pay_part',
  'reschedule',
  'plan',
  'deferment',
  'settlement',
] as const;
export type OptionKind = (typeof OPTION_KINDS)[number];
