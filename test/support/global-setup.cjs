const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

/** Starts the PostgreSQL of this test run; integration and e2e share it. */
module.exports = async () => {
  const root = join(__dirname, '..', '..');
  const child = spawn(
    process.execPath,
    ['-r', join(__dirname, 'typescript-hook.cjs'), join(__dirname, 'postgres-server.ts')],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  globalThis.santunTestPostgres = child;
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the test database did not start (${code})`)));
    createInterface(child.stdout).once('line', resolve);
  });
  process.env.SANTUN_TEST_POSTGRES_URL = url;
};
