import { createHash } from 'node:crypto';
import type { Split } from '../src/db/experiment-arm';
import type { Arm } from '../src/domain/campaign-document/experiment';

/**
 * Which way a person is called, by lot: the same in every process, for all accounts of the person,
 * as long as the experiment has this name. SQL: `IN_CHALLENGER`, of `share_of`.
 */
export function armOf(debtorId: string, split: Pick<Split, 'name' | 'share'>): Arm {
  const digest = createHash('md5').update(`experiment ${split.name}${debtorId}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < split.share / 100 ? 'challenger' : 'champion';
}
