import { createHash, generateKeyPairSync } from 'node:crypto';
import { canonicalJson } from '../../../../src/domain/canonical-json';
import {
  EXPORT_FORMAT,
  footerText,
  renderLine,
  type ExportLine,
} from '../../../../src/proof/export-format';
import { entryHash, genesisHash } from '../../../../src/proof/ledger-entry';
import { createSigner } from '../../../../src/proof/sign';
import { verifyStream } from '../../../../src/proof/verify-stream';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const CHAIN = 'creditor:c1';
const PACK = canonicalJson({ id: 'ID.OJK.POJK22', version: 1 });
const FACTS = '{}';
const signer = createSigner(generateKeyPairSync('ed25519').privateKey);

/** One decision on one rule pack, in full. */
function exported(): ExportLine[] {
  const record = canonicalJson({
    id: 'd1',
    factsSha256: sha256(FACTS),
    packs: [{ id: 'ID.OJK.POJK22', version: 1, sha256: sha256(PACK) }],
    calendars: [],
  });
  const signature = signer.sign(record);
  const genesis = genesisHash(CHAIN).toString('hex');
  const hash = entryHash(genesisHash(CHAIN), {
    ...{ seq: 1, kind: 'decision', record, signed: { keyId: signer.keyId, signature } },
  }).toString('hex');
  return [
    {
      ...{ type: 'header', format: EXPORT_FORMAT, from: '2026-11-22', to: '2026-11-22' },
      ...{ facts: true, chains: [{ chain: CHAIN, afterSeq: 0, afterHash: genesis }] },
      keys: [{ id: signer.keyId, publicKey: signer.publicKey.toString('base64') }],
    },
    { type: 'body', sha256: sha256(PACK), body: PACK },
    {
      ...{ type: 'entry', chain: CHAIN, seq: 1, kind: 'decision', record, facts: FACTS, hash },
      ...{ keyId: signer.keyId, signature: signature.toString('base64') },
    },
  ];
}

/** Signs what stands there as whoever has the key would; `told`: as releases of today do. */
async function problemsOf(lines: readonly ExportLine[], told = true): Promise<readonly string[]> {
  const body = lines.map((line) => `${renderLine(line)}\n`).join('');
  const last = lines.flatMap((line) => (line.type === 'entry' ? [line] : [])).at(-1);
  const footer = {
    ...{ type: 'footer' as const, madeAt: '2026-11-23T00:00:00.000Z', entries: 1 },
    chains: [{ chain: CHAIN, lastSeq: 1, lastHash: last?.hash ?? '', roots: 0 }],
    ...(told ? { header: sha256(renderLine(lines[0]!)), findings: 0 } : {}),
    ...{ sha256: sha256(body), keyId: signer.keyId },
  };
  const signature = signer.sign(footerText(footer)).toString('base64');
  const chunks = [`${body}${renderLine({ ...footer, signature })}\n`];
  const options = { pinned: null, mode: 'full', days: null, problemLimit: 9 } as const;
  return (await verifyStream(asyncly(chunks), options)).problems;
}

async function* asyncly(chunks: readonly string[]): AsyncGenerator<string> {
  yield await Promise.resolve(chunks.join(''));
}

it('a whole file verifies, also one of before the footer told of the header', async () => {
  expect(await problemsOf(exported())).toEqual([]);
  expect(await problemsOf(exported(), false)).toEqual([]);
});

it('names the decision whose rules are not in the file', async () => {
  const [header, , entry] = exported();
  expect(await problemsOf([header!, entry!])).toEqual([
    `line 2, ${CHAIN}, entry 1, record d1: rests on ID.OJK.POJK22@1, and no body with sha256 ${sha256(PACK)} stands before it`,
  ]);
});

it('names the decision that has facts where there are to be none', async () => {
  const [header, ...rest] = exported();
  const without = { ...header, facts: false } as ExportLine;
  expect(await problemsOf([without, ...rest])).toEqual([
    `line 3, ${CHAIN}, entry 1, record d1: has its facts, and the header says that there are none`,
  ]);
});
