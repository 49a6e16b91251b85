import type { EarlyMedia } from '../../src/domain/early-media';

/** What came before the final response of one INVITE. */
export interface Provisionals {
  /** 101 to 199, each once. */
  readonly statuses: ReadonlySet<number>;
  /** One of them carried a description. */
  readonly hasDescription: boolean;
}

/**
 * What whoever calls could hear before the answer, by the signalling. A description is audio of the
 * carrier's (RFC 3960, 3.2); with 180 it goes with a phone that rings, without it nobody's may. 199
 * (RFC 6228) only ends a way that was tried, so it says nothing.
 */
export function classOfProvisionals({ statuses, hasDescription }: Provisionals): EarlyMedia {
  const rings = statuses.has(180);
  if (hasDescription) return rings ? 'carrier_ringback' : 'early_audio';
  if (rings) return 'ringback';
  if (statuses.has(182)) return 'queued';
  if (statuses.has(181)) return 'forwarded';
  return statuses.has(183) ? 'progress' : 'none';
}
