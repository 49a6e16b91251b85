import { OPTION_WORDS } from './conversation-words';
import type { Keeping, KeepingPart } from './keeping-chance';
import type { BrokenBand, StrainBand } from './keeping-facts';
import type { OptionKind } from './option-kind';
import { ROOT_CAUSES, type RootCause } from './outcome-code';
import { CAUSE_WORDS } from './root-cause';
import type { Said } from './said';

const STRAIN_WORDS: Readonly<Record<StrainBand, Said>> = {
  unknown: { id: 'kemampuan belum diketahui', en: 'ability not known' },
  none: { id: 'tanpa beban bulan ini', en: 'no strain this month' },
  to_25: { id: 'beban sampai 25 % sisa penghasilan', en: 'up to 25 % of what is left' },
  to_40: { id: 'beban 26–40 % sisa penghasilan', en: '26–40 % of what is left' },
  to_70: { id: 'beban 41–70 % sisa penghasilan', en: '41–70 % of what is left' },
  above_70: { id: 'beban di atas 70 % sisa penghasilan', en: 'above 70 % of what is left' },
};

const BROKEN_WORDS: Readonly<Record<BrokenBand, Said>> = {
  none: { id: 'tidak ada janji yang terlewat', en: 'no promise broken before' },
  one: { id: 'satu janji terlewat', en: 'one promise broken before' },
  more: { id: 'dua janji atau lebih terlewat', en: 'two promises or more broken before' },
};

/** `71 % kept, from 812 agreements, 212 of this kind`; or why nothing is foretold. */
export function sayKeeping({ verdict, chance, n, nOfKind }: Keeping): Said {
  if (verdict === 'objected') {
    return {
      id: 'tidak diperkirakan: keberatan atas pemrofilan',
      en: 'not foretold: objects to profiling',
    };
  }
  if (chance === null) {
    return {
      id: `data belum cukup (n=${n}, pilihan ini ${nOfKind})`,
      en: `insufficient data (n=${n}, of this kind ${nOfKind})`,
    };
  }
  const percent = Math.round(chance * 100);
  return {
    id: `kemungkinan ditepati ${percent} % (n=${n}, pilihan ini ${nOfKind})`,
    en: `${percent} % likely to be kept (n=${n}, of this kind ${nOfKind})`,
  };
}

/** `two promises or more broken before: −12 points (n=40)`. */
export function sayPart(part: KeepingPart): Said {
  const points = Math.round(part.change * 100);
  if (part.factor === 'usual') {
    const usual = `${points} % (n=${part.n})`;
    return { id: `biasanya ditepati ${usual}`, en: `usually kept ${usual}` };
  }
  const what = whatOf(part);
  const sign = points < 0 ? '−' : '+';
  const size = `${sign}${Math.abs(points)}`;
  return {
    id: `${what.id}: ${size} poin (n=${part.n})`,
    en: `${what.en}: ${size} points (n=${part.n})`,
  };
}

function whatOf({ factor, value }: KeepingPart): Said {
  switch (factor) {
    case 'kind':
      return OPTION_WORDS[value as OptionKind];
    case 'cause':
      return ROOT_CAUSES.includes(value as RootCause)
        ? CAUSE_WORDS[value as RootCause].said
        : { id: value, en: value };
    case 'strain':
      return STRAIN_WORDS[value as StrainBand];
    case 'broken':
      return BROKEN_WORDS[value as BrokenBand];
    case 'bucket':
    case 'usual':
      if (value === 'current') return { id: 'belum jatuh tempo', en: 'not past due' };
      return { id: `tunggakan ${value} hari`, en: `${value} days past due` };
  }
}
