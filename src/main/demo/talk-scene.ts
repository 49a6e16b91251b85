import type { RootCause } from '../../domain/outcome-code';
import type { AgreementKind } from '../../domain/option';

/** What a talk shows, beside what chance draws: each way out that the floor has. */
export type Scene =
  | { readonly kind: 'promise' }
  | { readonly kind: 'agreement'; readonly agreement: AgreementKind; readonly cause: RootCause }
  | { readonly kind: 'dispute' }
  | { readonly kind: 'conflict' };

/** In the order in which they are shown; the rest of the talks is drawn. */
const SCENES: readonly Scene[] = [
  { kind: 'promise' },
  { kind: 'agreement', agreement: 'settlement', cause: 'over_indebted' },
  { kind: 'agreement', agreement: 'plan', cause: 'income_lost' },
  { kind: 'conflict' },
  { kind: 'agreement', agreement: 'deferment', cause: 'salary_late' },
  { kind: 'dispute' },
  { kind: 'promise' },
];

/** The scenes that are still to be shown, one for all agents of the floor. */
export class SceneList {
  private readonly waiting: Scene[];

  constructor(scenes: readonly Scene[] = SCENES) {
    this.waiting = [...scenes];
  }

  /** The next one; null: all are shown, or being shown. */
  take(): Scene | null {
    return this.waiting.shift() ?? null;
  }

  /** It does not fit the debt of this talk: another talk shows it. */
  putBack(scene: Scene): void {
    this.waiting.push(scene);
  }
}
