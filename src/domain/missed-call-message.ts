import type { Said } from './said';

/**
 * To somebody who called and whom nobody answered. Whoever reads along learns of a call and of nothing
 * else: not who calls, nor what about.
 */
export const MISSED_CALL_MESSAGE: Said = {
  id:
    'Terima kasih sudah menelepon kami. Mohon maaf, panggilan Anda tadi belum sempat kami terima. ' +
    'Kami akan menghubungi Anda kembali, atau silakan menelepon lagi.',
  en:
    'Thank you for calling us. We are sorry that nobody could take your call. ' +
    'We will call you back, or please call again.',
};

/** Who calls again and again is told once within this time, ms. */
export const MISSED_CALL_MESSAGE_GAP_MS = 3_600_000;
