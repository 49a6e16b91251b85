import type { CallAsked } from '../src/db/dialing-facts';
import type { Gate } from './create-gate';
import { certificateOf, type Certificate } from './certificate';
import { dryRun, withoutEffect } from './dry-run';

/**
 * What the gate would say of one call, at an instant or now: the certificate of the number that it
 * would permit or, failing that, refused first, and of each number refused before. Writes nothing.
 * Null: account or campaign is not there.
 */
export function checkCall(
  gate: Gate,
  asked: CallAsked,
  at: Date | null,
): Promise<{ certificate: Certificate; refusedNumbers: Certificate[] } | null> {
  return withoutEffect(gate, async (db) => {
    const answer = await dryRun(gate, db, asked, at);
    if (answer === null) return null;
    return {
      certificate: certificateOf(gate, answer.decided),
      refusedNumbers: answer.denials
        .filter((denial) => denial !== answer.decided)
        .map((denial) => certificateOf(gate, denial)),
    };
  });
}
