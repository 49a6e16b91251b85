import { readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { makeEvidencePack } from '../../../workers/evidence-pack';
import type { Creditor } from '../../db/creditors';
import type { Database } from '../../db/database';
import { findByReference } from '../../db/read/evidence';
import { keepSigningKey } from '../../db/signing-keys';
import { installationKeys } from '../installation-key';
import { PROGRAM_VERSION } from '../program-version';
import { givenPath } from './given-path';
import { InputError } from './input-error';
import { optionalCreditor } from './named-creditor';
import { instantOption } from './period';
import { print } from './say';
import { uuidOption } from './uuid-option';
import { withPreparedDatabase } from './with-database';

interface Options {
  readonly debtor?: string;
  readonly reference?: { readonly creditor: string; readonly externalId: string };
  readonly creditor?: string;
  readonly from: Date;
  readonly to: Date;
  readonly out: string;
  readonly reason: string;
  readonly showNumbers: boolean;
}

export function register(program: Command): void {
  program
    .command('evidence')
    .description(
      'gather what is kept about one person, for a complaint: calls, agreements, payments, proofs',
    )
    .option('--debtor <id>', 'the person, by id', uuidOption('a debtor'))
    .option(
      '--reference <creditor:number>',
      "the person, by a creditor's own number; only what belongs to that creditor",
      referenceOption,
    )
    .option('--creditor <code>', 'with --debtor: only what belongs to this creditor')
    .requiredOption('--from <instant>', 'from here on: a date (UTC) or an instant', instantOption)
    .option('--to <instant>', 'up to here; default: now', instantOption, new Date())
    .requiredOption('--out <folder>', 'where the files go')
    .requiredOption('--reason <text>', 'why, as it will stand in the audit trail: the complaint')
    .option('--show-numbers', 'whole telephone numbers instead of masked ones', false)
    .addHelpText(
      'after',
      `
Example:
  santun evidence --reference contoh:N-1042 --from 2026-09-01 --out pengaduan-1042 \\
    --reason "pengaduan OJK 1042"`,
    )
    .action(evidence);
}

function referenceOption(text: string): { creditor: string; externalId: string } {
  const at = text.indexOf(':');
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError("a creditor's code and its number: contoh:N-1042.");
  }
  return { creditor: text.slice(0, at), externalId: text.slice(at + 1) };
}

async function evidence(options: Options): Promise<void> {
  if (options.from >= options.to) throw new InputError('--from lies behind --to');
  await withPreparedDatabase(async (db, config) => {
    const { signer } = await installationKeys(config);
    await keepSigningKey(db, signer);
    const { debtorId, creditor } = await whose(db, options);
    const started = performance.now();
    const folder = givenPath(options.out);
    await refuseFilled(folder);
    const bundle = await makeEvidencePack(
      db,
      signer,
      {
        scope: { debtorId, from: options.from, to: options.to },
        creditor: creditor && { id: creditor.id, code: creditor.code, name: creditor.name },
        numbersShown: options.showNumbers,
        reason: options.reason,
        madeBy: `cli:${userInfo().username}`,
        madeAt: new Date(),
        engine: PROGRAM_VERSION,
      },
      folder,
    );
    if (bundle === null) {
      throw new InputError(
        creditor === null ? 'there is no such person' : `${creditor.code} knows no such person`,
      );
    }
    const { attempts, denials, agreements } = bundle.summary;
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    print(
      `${folder}: ${attempts} attempts, ${denials} calls not made, ${agreements} agreements, in ${seconds} s`,
    );
  });
}

/** What already lies there would be taken for this person's. */
async function refuseFilled(folder: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw new InputError(`--out ${folder} is a file, not a folder`);
    throw error;
  }
  if (names.length > 0) {
    throw new InputError(
      `--out ${folder} is not empty: name a folder that is, or that is not there`,
    );
  }
}

async function whose(
  db: Database,
  { debtor, reference, creditor: code }: Options,
): Promise<{ debtorId: string; creditor: Creditor | null }> {
  if ((debtor === undefined) === (reference === undefined)) {
    throw new InputError('name the person by --debtor or by --reference');
  }
  const creditor = await optionalCreditor(db, reference?.creditor ?? code);
  if (debtor !== undefined) return { debtorId: debtor, creditor };
  const found = reference && (await findByReference(db, reference.creditor, reference.externalId));
  if (!found) throw new InputError('the creditor knows nobody by that number');
  return { debtorId: found.debtorId, creditor };
}
