/** Does the person object to profiling, by the latest that they said? @param debtorId SQL */
export const objectsToProfiling = (debtorId: string): string =>
  `coalesce((select o.objects from profiling_objection o
     where o.debtor_id = ${debtorId} order by o.id desc limit 1), false)`;
