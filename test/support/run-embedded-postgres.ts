/**
 * Runs the product's embedded PostgreSQL for a data folder (first argument): prints one JSON line
 * when it is ready, stops it when its standard input ends, so also when the test is killed.
 */
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';

async function main(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  process.stdout.write(`${JSON.stringify({ url: postgres.url, owned: postgres.owned })}\n`);
  await new Promise((resolve) => process.stdin.once('end', resolve).resume());
  await postgres.stop();
}

main(process.argv[2] ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
