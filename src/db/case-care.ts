import { CASE_KINDS, CASE_RULES } from '../domain/case-kind';

const KINDS = CASE_KINDS.filter((kind) => CASE_RULES[kind].isRestricted)
  .map((kind) => `'${kind}'`)
  .join(', ');

/** SQL: does person `alias` need care, for whatever reason? */
export const needsCare = (alias: string): string => `exists (select from case_file care
    where care.debtor_id = ${alias}.id and care.kind in (${KINDS})
      and care.state in ('open', 'in_review', 'waiting', 'upheld'))`;
