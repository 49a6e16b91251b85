import type {
  EvidenceAttempt,
  EvidenceBundle,
  EvidenceDecision,
  EvidenceProof,
} from './evidence-bundle';
import { dealingTables } from './evidence-dealing-tables';
import { DEALING_TITLES } from './evidence-dealing-words';
import { clock, factTables, said, table, wib } from './evidence-tables';
import { timelineOf } from './evidence-timeline';
import { transferTable } from './evidence-transfers';
import { WORDS, wordsOf } from './evidence-words';
import { html, type Html } from './html';
import type { Said } from './said';

/** Indonesia's three clocks beside UTC: the person, the floor and the supervisor may sit in three. */
const CLOCKS: readonly (readonly [string, string])[] = [
  ['UTC', 'UTC'],
  ['WIB', 'Asia/Jakarta'],
  ['WITA', 'Asia/Makassar'],
  ['WIT', 'Asia/Jayapura'],
];

/**
 * The bundle as one page that needs nothing else: no script, no picture, no address. It reads in
 * Indonesian, English or both, and prints. Every value of the bundle is escaped.
 */
export function renderEvidencePage(bundle: EvidenceBundle): string {
  const page = html`<!doctype html>
    <html lang="id">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta
          http-equiv="content-security-policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${WORDS.title.id} / ${WORDS.title.en}</title>
        ${STYLE}
      </head>
      <body>
        <input type="radio" name="language" id="both" checked /><label for="both"
          >${WORDS.both.id} / ${WORDS.both.en}</label
        >
        <input type="radio" name="language" id="only-id" /><label for="only-id">Indonesia</label>
        <input type="radio" name="language" id="only-en" /><label for="only-en">English</label>
        <main>
          ${opening(bundle)} ${summary(bundle)} ${timeline(bundle)} ${dealingTables(bundle)}
          ${factTables(bundle)} ${attempts(bundle)} ${transferTable(bundle)} ${denials(bundle)}
          ${rules(bundle)} ${proof(bundle)}
        </main>
      </body>
    </html> `;
  return page.text;
}

const STYLE = html`<style>
  body {
    font:
      14px/1.45 system-ui,
      sans-serif;
    margin: 1.5rem auto;
    max-width: 72rem;
    padding: 0 1rem;
    color: #1a1a1a;
  }
  [lang='en'] {
    color: #555;
  }
  [lang='en']::before {
    content: ' / ';
  }
  #only-id:checked ~ main [lang='en'],
  #only-en:checked ~ main [lang='id'],
  #only-en:checked ~ main [lang='en']::before {
    display: none;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    margin: 0.5rem 0 1.5rem;
  }
  th,
  td {
    text-align: left;
    vertical-align: top;
    padding: 0.2rem 0.6rem 0.2rem 0;
    border-bottom: 1px solid #ddd;
  }
  section {
    break-inside: avoid;
    border-top: 1px solid #bbb;
    padding-top: 0.5rem;
  }
  .denial {
    color: #8a1c1c;
  }
  code {
    font-size: 12px;
    overflow-wrap: anywhere;
  }
  .words {
    white-space: pre-line;
  }
  .clock {
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  @media print {
    input,
    label {
      display: none;
    }
    body {
      margin: 0;
      max-width: none;
      font-size: 10px;
    }
  }
</style>`;

function opening(bundle: EvidenceBundle): Html {
  const { person, period, creditor } = bundle;
  const line = (label: Said, value: string | Html): Html =>
    html`<tr>
      <th>${said(label)}</th>
      <td>${value}</td>
    </tr>`;
  return html`<h1>${said(WORDS.title)}</h1>
    <table>
      ${line(WORDS.person, `${person.name} · ${person.id}`)}
      ${line(WORDS.period, `${clock(period.from, 'UTC')} – ${clock(period.to, 'UTC')} UTC`)}
      ${line(
        WORDS.creditor,
        creditor === null ? said(WORDS.allCreditors) : `${creditor.name} (${creditor.code})`,
      )}
      ${line(WORDS.reason, bundle.reason)}
      ${line(WORDS.made, `${clock(bundle.madeAt, 'UTC')} UTC · ${bundle.madeBy} · Santun ${bundle.engine}`)}
    </table>`;
}

function summary(bundle: EvidenceBundle): Html {
  const { summary: it } = bundle;
  const { valid, invalid, none } = it.signatures;
  const busiest = it.mostOnOneDay;
  return html`<h2>${said(WORDS.summary)}</h2>
    <ul>
      <li>
        ${said(WORDS.attempts)}: ${it.attempts} · ${said(WORDS.counted)}: ${it.counted} ·
        ${said(WORDS.connected)}: ${it.connected} · ${said(WORDS.transfers)}: ${it.transfers}
      </li>
      <li>
        ${said(WORDS.mostOnOneDay)}:
        ${busiest === null ? '0' : `${busiest.calls} (${busiest.date})`}
      </li>
      <li>${said(WORDS.denials)}: ${it.denials} ${said(WORDS.decisions)}</li>
      <li>
        ${said(DEALING_TITLES.agreements)}: ${it.agreements} · ${said(WORDS.promises)}:
        ${it.promises} · ${said(DEALING_TITLES.payments)}: ${it.payments} ·
        ${said(DEALING_TITLES.messages)}: ${it.messages} · ${said(DEALING_TITLES.cases)}:
        ${it.cases}
      </li>
      <li>
        ${said(WORDS.signatures)}: ${valid} ${said(WORDS.valid)}, ${invalid} ${said(WORDS.invalid)},
        ${none} ${said(WORDS.none)} · ${said(WORDS.chained)}: ${it.chained}
      </li>
    </ul>
    ${table(
      [WORDS.byRule, WORDS.decisions],
      it.denialsByRule.map(({ rule, decisions }) => [rule, String(decisions)]),
    )}`;
}

function timeline(bundle: EvidenceBundle): Html {
  const rows = timelineOf(bundle).map(
    (row) =>
      html`<tr class="${row.kind}">
        ${CLOCKS.map(([, zone]) => html`<td class="clock">${clock(row.at, zone)}</td>`)}
        <td>${said(row.what)}</td>
        <td>
          ${row.anchor === null ? row.detail : html`<a href="#${row.anchor}">${row.detail}</a>`}
        </td>
      </tr> `,
  );
  return html`<h2>${said(WORDS.timeline)}</h2>
    <table>
      <tr>
        ${CLOCKS.map(([name]) => html`<th>${name}</th>`)}
        <th>${said(WORDS.what)}</th>
        <th></th>
      </tr>
      ${rows}
    </table>`;
}

function attempts(bundle: EvidenceBundle): Html {
  const byId = new Map(bundle.decisions.map((decision) => [decision.id, decision]));
  return html`<h2>${said(WORDS.attempts)}</h2>
    ${bundle.attempts.map((attempt) => attemptSection(attempt, byId))}`;
}

function attemptSection(
  attempt: EvidenceAttempt,
  byId: ReadonlyMap<string, EvidenceDecision>,
): Html {
  const looks = attempt.decisionIds.flatMap((id) => byId.get(id) ?? []);
  // a call to another number in the talk is looked at for that number
  const last = looks.findLast(({ phoneId }) => phoneId === attempt.phoneId);
  const { outcome } = attempt;
  return html`<section id="attempt-${attempt.id}">
    <h3>${wib(attempt.dialedAt ?? attempt.createdAt)} · ${attempt.number}</h3>
    <p>
      ${said(wordsOf(attempt.result ?? attempt.state))} · ${said(wordsOf(attempt.purpose))} ·
      ${attempt.campaign} · ${attempt.creditor} · agent <code>${attempt.agentId}</code>
      ${
        outcome === null
          ? ''
          : html`<br />${said(WORDS.outcome)}: ${outcome.code} ${outcome.rootCause} ${outcome.note}`
      }
    </p>
    <p class="clock">
      ${attempt.changes.map(
        (change) => html`${clock(change.at, 'Asia/Jakarta')} ${change.to} (${change.cause}) `,
      )}
    </p>
    ${looks.map((look) => verdictLine(look))}
    ${
      last === undefined
        ? ''
        : html`<p>
            ${said(WORDS.passed)}:
            ${last.passed.map(({ rule, cite }) => html`<br />✓ ${rule} <cite>${cite}</cite>`)}
          </p>`
    }
  </section> `;
}

function denials(bundle: EvidenceBundle): Html {
  const denied = bundle.decisions.filter(({ verdict }) => verdict === 'deny');
  return html`<h2>${said(WORDS.denials)}</h2>
    ${denied.map(
      (decision) =>
        html`<section id="decision-${decision.id}">
          <h3>${wib(decision.at)} · ${decision.deniedBy}</h3>
          ${verdictLine(decision)}
        </section> `,
    )}`;
}

/** One look of the gate: when, where the person's clock stood, what failed, and its certificate. */
function verdictLine(decision: EvidenceDecision): Html {
  return html`<p>
    ${said(wordsOf(decision.stage))}: <b>${said(wordsOf(decision.verdict))}</b> ·
    ${said(WORDS.localTime)} ${decision.localTimes.join(', ')}
    ${
      decision.nextAllowedAt === null
        ? ''
        : html`· ${said(WORDS.nextAllowed)} ${wib(decision.nextAllowedAt)}`
    }
    ${decision.failing.map(
      ({ rule, cite, words }) =>
        html`<br /><span class="denial">✗ ${rule}</span> ${said(words)} <cite>${cite}</cite>`,
    )} <br /><code
      >${decision.id} · ${decision.packs.join(' ')} · ${proofText(decision.proof)}</code
    >
  </p>`;
}

function proofText(it: EvidenceProof): string {
  const chain = it.chain === null ? 'not chained yet' : `${it.chain} #${it.seq ?? ''}`;
  return `sha256 ${it.recordSha256 ?? '-'} · ${it.signature} ${it.keyId ?? ''} · ${chain}`;
}

function rules(bundle: EvidenceBundle): Html {
  return html`<h2>${said(WORDS.rules)}</h2>
    ${bundle.packs.map(
      (pack) =>
        html`<p>
          <b>${pack.key}</b> ${pack.title} ·
          ${said(pack.reviewed ? WORDS.reviewed : WORDS.notReviewed)} <br /><code
            >sha256 ${pack.sha256}</code
          >
          ${pack.sources.map(({ citation, url }) => html`<br />${citation} ${url}`)}
        </p> `,
    )}`;
}

function proof(bundle: EvidenceBundle): Html {
  return html`<h2>${said(WORDS.proof)}</h2>
    <p>${said(WORDS.verify)} <code>santun ledger verify ledger.jsonl</code></p>
    <p>
      ${said(WORDS.keys)}:
      ${bundle.keys.map(({ id, publicKey }) => html`<br /><code>${id} ${publicKey}</code>`)}
    </p>`;
}
