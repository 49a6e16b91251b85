import type { CaseInput } from '../domain/case-input';
import type { CaseScope } from '../domain/case-kind';

/** What else is known when a case is opened by the program itself. */
export interface CaseOrigin {
  readonly actor: string;
  /** Of its hold, when that has another than the case's own. */
  readonly hold?: {
    readonly source: string;
    readonly externalId?: string;
    readonly reason: string;
    readonly evidence: string;
  };
}

/** A case whose subject is locked, on its way into the books. */
export interface OpeningCase extends Omit<CaseInput, 'debtorId' | 'creditorId' | 'scope'> {
  readonly id: string;
  readonly scope: CaseScope;
  readonly creditorId: string;
  readonly debtorId: string | null;
  readonly now: Date;
}
