import { InvalidArgumentError, type Command } from 'commander';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Database } from '../../db/database';
import { keepSigningKey } from '../../db/signing-keys';
import { withExpectedOwner } from '../../proof/expected-owner';
import { exportLedger, type ExportOptions } from '../../proof/export-ledger';
import type { VerifyOptions, VerifyReport } from '../../proof/verify-export';
import { verifyStream } from '../../proof/verify-stream';
import { installationKeys } from '../installation-key';
import { withFilesBeside } from './files-beside';
import { givenFile } from './given-file';
import { givenPath } from './given-path';
import { InputError } from './input-error';
import { formatVerifyReport } from './ledger-report';
import { optionalCreditor } from './named-creditor';
import { dayOption } from './period';
import { print, say } from './say';
import { uuidOption } from './uuid-option';
import { withPreparedDatabase } from './with-database';

const PROBLEM_LIMIT = 100;

export function register(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('what was decided and changed: signed, chained, exported and verified');
  ledger
    .command('export')
    .description('write the ledger of a range of days as JSON lines, signed as a whole')
    .requiredOption('--from <day>', 'first UTC day, yyyy-mm-dd', dayOption)
    .requiredOption('--to <day>', 'last UTC day, yyyy-mm-dd', dayOption)
    .option('--creditor <code>', "this creditor's chain alone; default: all of them")
    .option('--facts', 'with the whole input of each decision, for a replay', false)
    .option('--out <file>', 'write to a file; default: stdout')
    .action(runExport);
  ledger
    .command('verify')
    .description('check an export without the database, or, without a file, the database itself')
    .argument('[file]', 'an export; - for stdin')
    .option('--from <day>', 'it must hold every day from here; needed without a file', dayOption)
    .option('--to <day>', 'up to here; needed without a file', dayOption)
    .option('--key <key>', 'public key in base64 that alone is trusted; may be repeated', publicKey)
    .option('--creditor <code>', 'it must be of this creditor, and of no other')
    .option('--debtor <id>', 'it must be the evidence of this person', uuidOption('a debtor'))
    .option('--roots', 'let signed roots vouch for the signatures below them: faster', false)
    .action(runVerify);
}

interface ExportFlags {
  readonly from: string;
  readonly to: string;
  readonly creditor?: string;
  readonly facts: boolean;
  readonly out?: string;
}

async function runExport(flags: ExportFlags): Promise<void> {
  inOrder(flags);
  await withLedger(flags, async (db, options) => {
    const out = flags.out === undefined ? null : createWriteStream(givenPath(flags.out));
    if (out !== null) await once(out, 'open');
    let lines = 0;
    for await (const line of exportLedger(db, options)) {
      lines += 1;
      const sink = out ?? process.stdout;
      if (!sink.write(line)) await once(sink, 'drain');
    }
    if (out !== null) {
      out.end();
      await finished(out);
    }
    say(`${lines} lines, signed with ${options.signer.keyId}`);
  });
}

interface VerifyFlags {
  readonly from?: string;
  readonly to?: string;
  readonly key?: readonly Buffer[];
  readonly creditor?: string;
  readonly debtor?: string;
  readonly roots: boolean;
}

async function runVerify(file: string | undefined, flags: VerifyFlags): Promise<void> {
  const days = daysOf(flags);
  const options: VerifyOptions = {
    pinned: flags.key ?? null,
    mode: flags.roots ? 'roots' : 'full',
    days,
    problemLimit: PROBLEM_LIMIT,
  };
  if (file !== undefined) {
    const { creditor = null, debtor = null } = flags;
    tell(withExpectedOwner(await verifyFile(file, options), { creditor, debtor }));
  } else if (days === null) {
    throw new InputError('name an export, or --from and --to to verify the database');
  } else {
    const { creditor, debtor } = flags;
    if (debtor !== undefined) throw new InputError('--debtor needs a file of evidence');
    const whose = creditor === undefined ? {} : { creditor };
    await withLedger({ ...days, facts: true, ...whose }, async (db, ledger) => {
      tell(await verifyStream(exportLedger(db, ledger), options));
    });
  }
}

function daysOf({ from, to }: VerifyFlags): VerifyOptions['days'] {
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined) {
    throw new InputError('--from and --to belong together');
  }
  inOrder({ from, to });
  return { from, to };
}

async function verifyFile(file: string, options: VerifyOptions): Promise<VerifyReport> {
  if (file === '-') return withFilesBeside(await verifyStream(process.stdin, options), null);
  const path = givenFile(file);
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  return withFilesBeside(await verifyStream(input, options), path);
}

function tell(result: VerifyReport): void {
  for (const line of formatVerifyReport(result)) print(line);
  if (result.problemCount > 0) process.exitCode = 1;
}

async function withLedger(
  flags: Pick<ExportFlags, 'from' | 'to' | 'creditor' | 'facts'>,
  work: (db: Database, options: ExportOptions) => Promise<void>,
): Promise<void> {
  await withPreparedDatabase(async (db, config) => {
    const { signer } = await installationKeys(config);
    await keepSigningKey(db, signer);
    const { from, to, facts, creditor } = flags;
    const owner = await optionalCreditor(db, creditor);
    await work(db, { from, to, facts, creditorId: owner?.id ?? null, signer, now: new Date() });
  });
}

function inOrder({ from, to }: { readonly from: string; readonly to: string }): void {
  if (from > to) throw new InputError(`--from ${from} is after --to ${to}`);
}

function publicKey(text: string, before: readonly Buffer[] = []): readonly Buffer[] {
  const raw = Buffer.from(text, 'base64');
  if (raw.length !== 32 || raw.toString('base64') !== text) {
    throw new InvalidArgumentError('32 bytes in base64, as GET /v1/ledger/keys shows them.');
  }
  return [...before, raw];
}
