import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { provinces } from '../../../src/domain/province-zone';

export const ACCOUNT_FILE_COLUMNS =
  'external_account_id external_debtor_id name national_id province time_zone product currency amount_due due_date phone phone_owner phone_2 phone_2_owner phone_3 phone_3_owner'.split(
    ' ',
  );
const FIRST = 'Agus Budi Siti Dewi Eko Rina Joko Sri Andi Wati Hendra Lestari Made Putu'.split(' ');
const LAST = 'Santoso Wijaya Saputra Kusuma Hidayat Rahayu Setiawan Nugroho Siregar Halim'.split(
  ' ',
);
const PREFIXES = '811 812 813 814 815 816 817 818 819 821 822 823 831 838 851 852 853 855'.split(
  ' ',
);
const PRODUCTS = ['Kartu Kredit', 'KTA', 'Paylater', 'Kredit Motor', 'Kredit Mobil', 'Multiguna'];
const PROVINCES = provinces().map((each) => each.name);
export type Night = 0 | 1 | 2;
/** Of 1,000 rows: last night's file against tonight's. */
const CHANGED_AMOUNTS = 40;
const PAID = 5;
const NEW_PHONES = 5;

/**
 * Writes a file of accounts, the same each time. Nobody in it exists: every phone lies in a 000
 * block, and the identity numbers begin with 00, which no district has. One row in ten is a second
 * account of the person before; six persons of ten have an identity number.
 * @param night 1: one row in twenty differs from night 0 (an amount, a payment, a new number);
 * 2: every amount does
 * @returns its size in bytes
 */
export async function writeAccountFile(path: string, rows: number, night: Night): Promise<number> {
  const out = createWriteStream(path);
  let lines = [ACCOUNT_FILE_COLUMNS.join(',')];
  for (let index = 0; index < rows; index += 1) {
    lines.push(row(index, night));
    if (lines.length < 10_000 && index < rows - 1) continue;
    if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
    lines = [];
  }
  out.end();
  await finished(out);
  return (await stat(path)).size;
}

function row(index: number, night: Night): string {
  const person = index % 10 === 9 ? index - 1 : index;
  const chance = mix(index);
  const tonight = night === 1 ? chance % 1_000 : 1_000;
  const isPaid = tonight >= CHANGED_AMOUNTS && tonight < CHANGED_AMOUNTS + PAID;
  const raised = night === 2 || tonight < CHANGED_AMOUNTS ? 25_000 : 0;
  const rupiah = 150_000 + (chance % 2_400) * 10_000 + raised;
  const day = new Date(Date.UTC(2026, 9, 1 + (chance % 61))).toISOString().slice(0, 10);
  const hasNewPhone =
    tonight >= CHANGED_AMOUNTS + PAID && tonight < CHANGED_AMOUNTS + PAID + NEW_PHONES;
  return [
    ...[`AC-${index}`, `P-${person}`, name(person), nationalId(person)],
    ...[pick(PROVINCES, mix(person)), '', pick(PRODUCTS, chance), 'IDR'],
    ...[isPaid ? '0' : String(rupiah), day, ...phones(person, hasNewPhone)],
  ].join(',');
}

function name(person: number): string {
  const chance = mix(person + 0x51ed);
  return `${pick(FIRST, chance)} ${pick(LAST, chance >>> 8)}`;
}

function nationalId(person: number): string {
  if (mix(person) % 10 >= 6) return '';
  return `00${String(person).padStart(10, '0')}${String(1 + (person % 9_998)).padStart(4, '0')}`;
}

/** A number or two, and now and then somebody to ask; three pairs of columns. */
function phones(person: number, hasNewPhone: boolean): string[] {
  const chance = mix(person + 0x2545);
  const second = chance % 4 === 0 ? [number(person, 1), 'debtor'] : ['', ''];
  const third = hasNewPhone
    ? [number(person, 3), 'debtor']
    : chance % 4 === 1
      ? [number(person, 2), 'emergency']
      : ['', ''];
  return [number(person, 0), 'debtor', ...second, ...third];
}

/** In the ways in which people write it. */
function number(person: number, which: number): string {
  const serial = person * 4 + which;
  const prefix = pick(PREFIXES, serial);
  const last = String(Math.floor(serial / PREFIXES.length)).padStart(6, '0');
  return pick(
    [
      `0${prefix}-000-${last}`,
      `0${prefix}000${last}`,
      `+62 ${prefix} 000 ${last}`,
      `62${prefix}000${last}`,
    ],
    mix(serial),
  );
}

/** A number that looks like chance and depends on `value` alone (the finish of MurmurHash3). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function pick<T>(values: readonly T[], chance: number): T {
  const value = values[chance % values.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}
