import type { Dialog } from '../dialog/dialog';
import type { HeaderList } from '../message/header-list';

/** The NOTIFY that ends a subscription ends its dialog (RFC 6665 section 4.4.1). */
export function endsSubscription(dialog: Dialog, method: string, headers: HeaderList): boolean {
  if (dialog.method !== 'SUBSCRIBE' || method !== 'NOTIFY') return false;
  return /^terminated\b/i.test(headers.get('subscription-state') ?? '');
}
