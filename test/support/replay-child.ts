import { readFileSync } from 'node:fs';
import { replay, RuleLibrary, type KeptTexts } from '../../dialer/replay';

/** Replays what stands on stdin and prints how it went: a process of its own, in its own zone. */
const { decisions, bodies } = JSON.parse(readFileSync(0, 'utf8')) as {
  decisions: KeptTexts[];
  bodies: string[];
};
const library = new RuleLibrary();
for (const body of bodies) library.add(body);
const kinds: Record<string, number> = {};
for (const kept of decisions) {
  const { kind } = replay(kept, library);
  kinds[kind] = (kinds[kind] ?? 0) + 1;
}
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
process.stdout.write(JSON.stringify({ zone, kinds }));
