import type { ZoneTables } from '../zones';
import tables from './zones.json';

/**
 * Zones of countries, of the 38 provinces of Indonesia (Keppres 41/1987 and the later province
 * laws) and of fixed-line area codes.
 */
export const zoneTables: ZoneTables = tables as unknown as ZoneTables;
