import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// eslint-disable-next-line no-restricted-syntax -- vite reads the default export
export default defineConfig({
  root: here('.'),
  base: '/softphone/',
  cacheDir: here('../../../.cache/vite'),
  build: {
    outDir: here('../../../dist/web/softphone'),
    emptyOutDir: true,
    target: 'es2022',
    // the page's policy has no room for data: URLs
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
