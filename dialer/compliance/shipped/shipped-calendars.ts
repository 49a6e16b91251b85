import type { Calendar } from '../calendar';
import auV2026 from './calendars/AU@2026.json';
import brV2026 from './calendars/BR@2026.json';
import gbEawV2026 from './calendars/GB-EAW@2026.json';
import grV2026 from './calendars/GR@2026.json';
import idV202410 from './calendars/ID@2024-10.json';
import idV202507 from './calendars/ID@2025-07.json';
import idV202611 from './calendars/ID@2026-11.json';
import ieV2026 from './calendars/IE@2026.json';
import itV2026 from './calendars/IT@2026.json';

/** Every revision of a calendar that ever shipped, whole, one file each; the latest of an id binds. */
export const shippedCalendars: readonly Calendar[] = [
  auV2026,
  brV2026,
  gbEawV2026,
  grV2026,
  idV202410,
  idV202507,
  idV202611,
  ieV2026,
  itV2026,
] as unknown[] as Calendar[];
