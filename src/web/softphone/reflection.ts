import type { Conflict } from './api-answers';
import type { ApiClient } from './api-client';
import type { AppState } from './app-state';
import { focusSoon } from './focus-soon';
import { dropReflection, keepReflection, keptReflection } from './kept-drafts';
import {
  blankFields,
  emptyReflection,
  reflectionBody,
  type ReflectionDraft,
} from './reflection-draft';

interface Desk {
  readonly state: AppState;
  change(part: Partial<AppState>): void;
  ask(work: (api: ApiClient) => Promise<unknown>): Promise<void>;
}

/** What the agent writes after a conflict, between calls; a call that comes leaves it as it was. */
export class Reflection {
  constructor(private readonly desk: Desk) {}

  /** Of the conflict that is shown, as far as it is written. */
  draftOf({ id }: Conflict): ReflectionDraft {
    const { reflection } = this.desk.state;
    if (reflection?.conflictId === id) return reflection;
    return keptReflection(sessionStorage, emptyReflection(id, new Date()));
  }

  edit(conflict: Conflict, part: Partial<ReflectionDraft>): void {
    const reflection = { ...this.draftOf(conflict), ...part };
    keepReflection(sessionStorage, reflection);
    this.desk.change({ reflection, blanks: [] });
  }

  async save(conflict: Conflict): Promise<void> {
    const draft = this.draftOf(conflict);
    const blanks = blankFields(draft);
    this.desk.change({ blanks });
    if (blanks.length > 0) {
      focusSoon('.reflection [aria-invalid="true"]');
      return;
    }
    const { agentId } = this.desk.state;
    const path = `/v1/conflicts/${conflict.id}/reflection`;
    await this.desk.ask(async (api) => {
      await api.post(path, reflectionBody(draft, agentId));
      dropReflection(sessionStorage);
    });
  }
}
