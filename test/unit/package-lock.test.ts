import { readFileSync } from 'node:fs';
import { z } from 'zod';

const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        resolved: z.string().optional(),
        optionalDependencies: z.record(z.string(), z.string()).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').pop()));

// npm writes what the registry at hand has; `npm ci` then refuses the file on every machine
test('package-lock.json holds every platform that a package names', () => {
  const missing = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !names.has(name));
  expect(missing).toEqual([]);
});

test('package-lock.json names no download address', () => {
  const addresses = Object.values(packages).flatMap((entry) => entry.resolved ?? []);
  expect(addresses).toEqual([]);
});
