/** `node -r ./test/support/typescript-hook.cjs file.ts`: runs a program of this repository in a child process. */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

// a name without its extension means the program before the data beside it, as it does when built
const readJson = require.extensions['.json'];
delete require.extensions['.json'];
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    sourceMaps: 'inline',
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};
require.extensions['.json'] = readJson;
