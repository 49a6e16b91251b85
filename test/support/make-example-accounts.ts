/**
 * Makes examples/accounts.csv, byte for byte the same each time:
 * `node -r ./test/support/typescript-hook.cjs test/support/make-example-accounts.ts > examples/accounts.csv`
 *
 * Nobody in it exists: names are combined by chance, every phone lies in a 000 block, and the
 * identity numbers begin with 00, which no district has.
 */
import { provinces, type Province } from '../../src/domain/province-zone';

const ACCOUNTS = 500;
const SEED = 62;

const FIRST_NAMES =
  `Agus Budi Siti Dewi Eko Rina Joko Sri Andi Wati Hendra Lestari Made Putu Wayan Ketut Nyoman
  Yohanes Maria Markus Fransiska Ahmad Nur Fitri Bayu Citra Dian Gilang Hana Indra Kartika Lukman Mega Nanda
  Ratna Surya Tuti Umar Vina Wahyu Yuni Zainal Rizky Ayu Dimas Intan Fajar Novita Arif Melati`.split(
    /\s+/,
  );
const LAST_NAMES =
  `Santoso Wijaya Saputra Kusuma Hidayat Rahayu Setiawan Nugroho Pratama Utami Siregar Nasution
  Simanjuntak Sitorus Harahap Lubis Tanjung Chaniago Daulay Suryadi Gunawan Halim Susanto Hartono Permana
  Firmansyah Ramadhan Maulana Syahputra Anggraini Purnama Mahendra Adnyana Suartana Rumbiak Wanggai Yikwa Kogoya
  Latuconsina Pattiasina Tuasikal Manuputty Mamoto Lumintang Wowor Tangkudung Daeng Mappaseng Bungin Lamba`.split(
    /\s+/,
  );
const MOBILE_PREFIXES =
  '811 812 813 814 815 816 817 818 819 821 822 823 831 838 851 852 853 855 856 857 858 859 877 878 881 882 895 896 897 898'.split(
    ' ',
  );
const PRODUCTS = ['Kartu Kredit', 'KTA', 'Paylater', 'Kredit Motor', 'Kredit Mobil', 'Multiguna'];
const HEADER =
  'external_account_id,external_debtor_id,name,national_id,province,time_zone,product,currency,amount_due,due_date,phone,phone_owner,phone_2,phone_2_owner,phone_3,phone_3_owner';

/** Mulberry32: a small generator whose sequence depends on the seed alone. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Person {
  readonly externalId: string;
  readonly name: string;
  readonly nationalId: string;
  readonly province: string;
  readonly timeZone: string;
  readonly phones: readonly (readonly [number: string, owner: string])[];
}

class ExampleMaker {
  private readonly random = randomFrom(SEED);
  private readonly usedNumbers = new Set<string>();
  private persons = 0;

  file(): string {
    const rows: string[] = [];
    let previous: Person | null = null;
    for (let index = 1; index <= ACCOUNTS; index += 1) {
      // one in ten owes on two accounts; the creditor knows it, or only the identity number tells
      const person: Person =
        index % 10 === 0 && previous !== null ? this.again(previous) : this.person();
      rows.push(this.row(index, person));
      previous = person;
    }
    return `${[HEADER, ...rows].join('\n')}\n`;
  }

  private row(index: number, person: Person): string {
    const rupiah = this.random(90) === 0 ? 0 : 150_000 + this.random(2_400) * 10_000;
    const cents = rupiah > 0 && this.random(12) === 0 ? '.50' : '';
    const day = new Date(Date.UTC(2026, 9, 1 + this.random(61))).toISOString().slice(0, 10);
    const phones = [0, 1, 2].flatMap((each) => person.phones[each] ?? ['', '']);
    return [
      `AC-${String(index).padStart(5, '0')}`,
      ...[person.externalId, person.name, person.nationalId, person.province, person.timeZone],
      ...[this.pick(PRODUCTS), 'IDR', `${rupiah}${cents}`, day],
      ...phones,
    ].join(',');
  }

  private person(): Person {
    this.persons += 1;
    const number = String(this.persons).padStart(5, '0');
    const province = this.province();
    // most files name the province; some the zone; a few nothing at all
    const place = this.random(20);
    const zone = { 'Asia/Jakarta': 'WIB', 'Asia/Makassar': 'WITA', 'Asia/Jayapura': 'WIT' };
    return {
      externalId: `P-${number}`,
      name: `${this.pick(FIRST_NAMES)} ${this.pick(LAST_NAMES)}`,
      nationalId: this.random(2) === 0 ? this.nationalId(number) : '',
      province: place < 2 ? '' : place < 6 ? province.code : province.name,
      timeZone: place === 1 ? zone[province.zone] : '',
      phones: this.phones(),
    };
  }

  private again(person: Person): Person {
    if (person.nationalId === '') return person;
    return { ...person, externalId: `${person.externalId}-B` };
  }

  private nationalId(number: string): string {
    const day = String(1 + this.random(28)).padStart(2, '0');
    const month = String(1 + this.random(12)).padStart(2, '0');
    return `000000${day}${month}${70 + this.random(30)}${number.slice(1)}`;
  }

  private phones(): Person['phones'] {
    const phones: [string, string][] = [[this.number(), this.random(3) === 0 ? '' : 'debtor']];
    if (this.random(4) === 0) phones.push([this.number(), 'debtor']);
    if (this.random(4) === 0) {
      phones.push([this.number(), this.pick(['emergency', 'emergency', 'spouse', 'employer'])]);
    }
    return phones;
  }

  /** `0812-0000-1234` and the other ways in which people write it. */
  private number(): string {
    const prefix = this.pick(MOBILE_PREFIXES);
    const last = String(this.random(10_000)).padStart(4, '0');
    if (this.usedNumbers.has(prefix + last)) return this.number();
    this.usedNumbers.add(prefix + last);
    return this.pick([
      `0${prefix}-0000-${last}`,
      `0${prefix}-0000-${last}`,
      `0${prefix}0000${last}`,
      `+62 ${prefix} 0000 ${last}`,
      `62${prefix}0000${last}`,
    ]);
  }

  private province(): Province {
    const share = this.random(100);
    const zone = share < 52 ? 'Asia/Jakarta' : share < 78 ? 'Asia/Makassar' : 'Asia/Jayapura';
    return this.pick(provinces().filter((each) => each.zone === zone));
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[this.random(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}

export function makeExampleAccounts(): string {
  return new ExampleMaker().file();
}

if (require.main === module) process.stdout.write(makeExampleAccounts());
