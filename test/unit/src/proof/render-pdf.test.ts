import { createHash } from 'node:crypto';
import { recordedOffsetMs, type DocumentPart } from '../../../../src/domain/agreement-document';
import { renderPdf } from '../../../../src/proof/render-pdf';

const HEAD = {
  ...{ title: { id: 'Naskah', en: 'Text' }, subject: 'one', at: new Date('2026-08-05T03:00:00Z') },
};
const sha256 = (pdf: Buffer): string => createHash('sha256').update(pdf).digest('hex');

describe('documents as PDF', () => {
  test('c9: the same parts are the same bytes, another word other ones; longer ones take more pages', async () => {
    const row = (value: string): DocumentPart => ({
      part: 'row',
      label: { id: 'Nama', en: 'Name' },
      value,
    });
    const one = await renderPdf(HEAD, [row('Siti')]);
    expect(one.subarray(0, 5).toString()).toBe('%PDF-');
    expect(sha256(await renderPdf(HEAD, [row('Siti')]))).toBe(sha256(one));
    expect(sha256(await renderPdf(HEAD, [row('Sita')]))).not.toBe(sha256(one));
    const pages = async (count: number) => {
      const pdf = await renderPdf(
        HEAD,
        Array.from({ length: count }, () => row('x '.repeat(200))),
      );
      return /\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1];
    };
    expect([await pages(1), await pages(30)]).toEqual(['1', '3']);
    // a letter that no reader's fonts have does not end it
    expect((await renderPdf(HEAD, [row('Đặng 山 🙂')])).length).toBeGreaterThan(500);
  });

  test('c9: what was said is found in the recording only while that ran', () => {
    const recording = { startedAt: new Date('2026-08-05T03:00:00Z'), durationMs: 60_000 };
    const at = (text: string): number | null => recordedOffsetMs(new Date(text), recording);
    expect(at('2026-08-05T03:00:12.345Z')).toBe(12_345);
    expect(at('2026-08-05T02:59:59Z')).toBeNull();
    expect(at('2026-08-05T03:01:00.001Z')).toBeNull();
    expect(recordedOffsetMs(null, recording)).toBeNull();
    expect(recordedOffsetMs(new Date(), { startedAt: null, durationMs: null })).toBeNull();
  });
});
