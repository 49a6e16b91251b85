/**
 * `node -r ./test/support/typescript-hook.cjs file.ts`: runs a program of this repository in a child
 * process. What was compiled is kept under `.cache`, by content: a test run starts hundreds of them.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const CACHE = join(__dirname, '..', '..', '.cache', 'typescript');
const SWC = require('@swc/core/package.json').version;
mkdirSync(CACHE, { recursive: true });

// a name without its extension means the program before the data beside it, as it does when built
const readJson = require.extensions['.json'];
delete require.extensions['.json'];
require.extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha256').update(`${SWC}\n${filename}\n${source}`).digest('hex');
  module._compile(
    kept(join(CACHE, `${key}.js`), () => compile(source, filename)),
    filename,
  );
};
require.extensions['.json'] = readJson;

function compile(source, filename) {
  return require('@swc/core').transformSync(source, {
    filename,
    sourceMaps: 'inline',
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).code;
}

function kept(path, make) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    const code = make();
    // whole or not at all: others read beside us
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, path);
    return code;
  }
}
