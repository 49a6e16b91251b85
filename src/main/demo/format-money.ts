import { minorDigits } from '../../domain/money';

/** `Rp 1.500.000` and the like, as written in Indonesia; exact for any size. */
export function formatMoney(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  const unit = 10n ** BigInt(digits);
  const fraction = (minor % unit).toString().padStart(digits, '0');
  const whole = new Intl.NumberFormat('id-ID', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  }).format(minor / unit);
  return minor % unit === 0n ? whole : `${whole},${fraction}`;
}
