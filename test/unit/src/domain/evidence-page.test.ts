import { renderEvidencePage } from '../../../../src/domain/evidence-page';
import { timelineOf } from '../../../../src/domain/evidence-timeline';
import { escapeHtml, html } from '../../../../src/domain/html';
import { evidenceBundle } from '../../../support/evidence-bundle';

const NASTY = `</td><script>alert("x")</script><img src='x' onerror=alert(1)>&`;

describe('html', () => {
  it('escapes what is put in and keeps what stands in the program', () => {
    expect(html`<b title="${'"\''}">${'<i>&'}</b>${[html`<i>${1}</i>`]}${null}`.text).toBe(
      '<b title="&quot;&#39;">&lt;i&gt;&amp;</b><i>1</i>',
    );
  });
});

describe('the page of the evidence pack', () => {
  it('escapes every text that a person wrote', () => {
    const nasty = evidenceBundle({ reason: NASTY, madeBy: NASTY });
    const everywhere: unknown = JSON.parse(JSON.stringify(nasty), (key, value: unknown) =>
      typeof value === 'string' &&
      !/^(\d{4}-\d\d-\d\d|\d+$)/.test(value) &&
      !['format', 'currency'].includes(key)
        ? NASTY
        : value,
    );
    const page = renderEvidencePage(everywhere as typeof nasty);
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    expect(page).toContain(escapeHtml(NASTY));
    // the tags of the page are those of an ordinary one
    const tags = (text: string): Set<string> =>
      new Set([...text.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag ?? ''));
    expect(
      [...tags(page)].filter((tag) => !tags(renderEvidencePage(evidenceBundle())).has(tag)),
    ).toEqual([]);
  });

  it('needs nothing but itself', () => {
    const page = renderEvidencePage(evidenceBundle());
    expect(page).not.toMatch(/\bsrc=|<link|<script|https?:\/\//);
    expect(page).toContain("default-src 'none'");
  });

  it('shows one instant on the clocks of UTC, WIB, WITA and WIT', () => {
    const page = renderEvidencePage(evidenceBundle());
    for (const clock of ['01:00:01', '08:00:01', '09:00:01', '10:00:01']) {
      expect(page).toContain(`2026-11-23 ${clock}`);
    }
  });

  it('gives each attempt the rules it passed with their citations, each denial its reason twice', () => {
    const page = renderEvidencePage(evidenceBundle());
    expect(page).toMatch(/✓ pojk22\.62-2-f\.window\s+<cite>POJK 22\/2023 Pasal 62\(2\)f<\/cite>/);
    expect(page).toContain('Di luar jam yang diizinkan.');
    expect(page).toContain('Outside the allowed hours.');
  });

  it('gives an attempt the rules that its own number passed, not those of a number in the talk', () => {
    const bundle = evidenceBundle();
    const [attempt] = bundle.attempts;
    const [own] = bundle.decisions;
    if (attempt === undefined || own === undefined) throw new Error('no attempt');
    const other = {
      ...{ ...own, id: 'decision-3', phoneId: 'phone-2', at: '2026-11-23T01:01:29.000Z' },
      passed: [{ rule: 'other.number', cite: 'Nomor lain', force: 'policy' }],
    };
    const page = (phoneId: string | null): string =>
      renderEvidencePage({
        ...bundle,
        attempts: [{ ...attempt, phoneId, decisionIds: [own.id, other.id] }],
        decisions: [...bundle.decisions, other],
      });
    expect(page('phone-1')).toContain('✓ pojk22.62-2-f.window');
    expect(page('phone-1')).not.toContain('✓ other.number');
    // the look itself is still told
    expect(page('phone-1')).toContain('decision-3 · ID.OJK.POJK22@1');
    // who called us from a number of nobody's passed no rule
    expect(page(null)).not.toContain('✓');
  });

  it('links every row of the timeline to a place that is there', () => {
    const page = renderEvidencePage(evidenceBundle());
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(2);
    for (const id of targets) expect(page).toContain(`id="${id}"`);
  });
});

test('the timeline is in order and tells calls, denials, holds, outcomes, and what was agreed and paid', () => {
  const rows = timelineOf(evidenceBundle());
  expect(rows.map((row) => row.what.en)).toEqual([
    'Not called',
    'Call: connected',
    'Call to another number: busy',
    'Noted: dispute',
    'Outcome recorded',
    'Promise to pay Rp150,000, 30 November 2026',
    'Agreement: Settlement, accepted',
    'Message: recap of what was agreed',
    'Hold placed',
    'Payment Rp125,000',
    'Promise to pay Rp125,000, 5 December 2026: kept',
    'Agreement: Settlement, kept in full',
    'dispute: upheld',
  ]);
  expect(rows.map((row) => row.what.id)).toContain(
    'Janji bayar Rp125.000, 5 Desember 2026: ditepati',
  );
});

test.each([
  [{ state: 'failed', cause: 'ring_timeout' }, 'not answered', 'tidak diangkat'],
  [
    { state: 'cancelled', cause: 'agent' },
    'cancelled before an answer',
    'dibatalkan sebelum diangkat',
  ],
  [{ state: 'failed', cause: 'flow_failed' }, 'flow_failed', 'flow_failed'],
  [{ state: 'cancelled', answeredAt: '2026-11-23T01:01:32.000Z' }, 'answered', 'diangkat'],
  [{ state: 'completed', ...bothAt('2026-11-23T01:01:32.000Z') }, 'connected', 'tersambung'],
])(
  'a call to another number in a talk is a line of its own, with its end: %j',
  (change, en, id) => {
    const bundle = evidenceBundle();
    const transfers = bundle.transfers.map((one) => ({ ...one, ...change }));
    const [row] = timelineOf({ ...bundle, transfers }).filter(({ anchor }) =>
      anchor?.startsWith('transfer-'),
    );
    expect(row).toMatchObject({
      at: '2026-11-23T01:01:30.000Z',
      what: { en: `Call to another number: ${en}`, id: `Panggilan ke nomor lain: ${id}` },
      detail: '+62 8** **** 567',
    });
    const page = renderEvidencePage({ ...bundle, transfers }).replace(/\s+/g, ' ');
    expect(page).toContain('<span id="transfer-transfer-1">2026-11-23 08:01:30 WIB</span>');
    expect(page).toContain('href="#attempt-attempt-1"');
  },
);

function bothAt(at: string): { answeredAt: string; joinedAt: string } {
  return { answeredAt: at, joinedAt: at };
}

test('the page tells an agreement with its instalments, approval, words, document and both hashes', () => {
  const bundle = evidenceBundle();
  const page = renderEvidencePage(bundle).replace(/\s+/g, ' ');
  const [agreement] = bundle.agreements;
  for (const told of [
    'id="agreement-agreement-1"',
    'dipenuhi',
    'kept in full',
    '5 Desember 2026',
    'Rp125.000',
    'disetujui',
    'diputuskan oleh',
    'Lunas dengan Rp125.000.',
    'href="agreement-agreement-1.pdf"',
    agreement?.document.sha256 ?? '',
    agreement?.textHash ?? '',
  ]) {
    expect(page).toContain(told);
  }
  // nobody reads money in minor units
  expect(page).not.toContain('minor');
  expect(page).not.toContain('12500000');
});
