import type { ConversationStep, IdentityFault } from '../../domain/conversation-step';
import { isOver } from '../../domain/agreement';
import type { RootCause } from '../../domain/outcome-code';
import type { Offer, OptionsAnswer, Said } from './api-answers';
import type { ApiClient } from './api-client';
import type { ApiError } from './api-error';
import type { AppState } from './app-state';
import { focusSoon } from './focus-soon';
import { missingSteps, nextMissing, placeErrors } from './missing-steps';
import { checkDraft, outcomeBody, type OutcomeDraft } from './outcome-draft';
import type { TalkDraft, TalkProblems } from './talk-draft';
import {
  agreementRequest,
  caseRequest,
  causeStep,
  endForAbuseRequest,
  identityStep,
  isOfferOf,
  isAgreementKind,
  noneFitsStep,
  optionsRequest,
  outcomeOf,
  refusalRequest,
  wasRefused,
  wishStep,
  wordsStep,
  type Checked,
} from './talk-requests';
import { showFile } from './show-file';
import { troubleText } from './trouble-text';
import type { Words } from './words';

/** A tab has read its file by then. */
const READ_WITHIN_MS = 60_000;
const STEPS = '/v1/me/call/guide/steps';

/** What the conversation needs of the page. */
interface Desk {
  readonly state: AppState;
  readonly words: Words;
  readonly live: { wait(ms: number): Promise<void> };
  change(part: Partial<AppState>): void;
  ask(
    work: (api: ApiClient) => Promise<unknown>,
    onRefused?: (error: ApiError) => Partial<AppState> | null,
  ): Promise<void>;
}

/** What the agent does in the conversation and with what came of it; see talk-requests for what is sent. */
export class Talk {
  constructor(private readonly desk: Desk) {}

  edit(part: Partial<TalkDraft>): void {
    this.desk.change({ talk: { ...this.draft, ...part }, talkProblems: {} });
  }

  editOutcome(part: Partial<OutcomeDraft>): void {
    const { draft } = this.desk.state;
    this.desk.change({ draft: { ...draft, ...part }, problems: {}, ledTo: null });
  }

  tell(step: ConversationStep): Promise<void> {
    return this.desk.ask((api) => api.post(STEPS, step));
  }

  confirmIdentity(): Promise<void> {
    return this.tellChecked(identityStep(this.draft));
  }

  /** Whoever it is hears nothing of the debt: a neutral word, and the outcome that fits. */
  async isSomebodyElse(because: IdentityFault): Promise<void> {
    await this.tell({ kind: 'identity_not_confirmed', because });
    if (because === 'somebody_else') focusSoon('#wrong-number');
  }

  /** The number is nobody's whom we look for: it is off at once, not only with the outcome. */
  async isWrongNumber(): Promise<void> {
    const claim = this.desk.words.talk.identity.wrongNumberClaim;
    this.editOutcome({ code: 'WRONG_NUMBER' });
    await this.open('/v1/me/call/cases', { kind: 'wrong_party', claim });
  }

  async tellCause(cause: RootCause): Promise<void> {
    if (cause !== this.cause) this.edit({ causeDetail: '' });
    this.editOutcome({ rootCause: cause });
    await this.tellChecked(causeStep(this.draft, cause));
  }

  /** As it was chosen last, else as the guide has it. */
  get cause(): RootCause | null {
    const { guide, draft } = this.desk.state;
    return draft.rootCause === '' ? (guide?.debt?.cause?.cause ?? null) : draft.rootCause;
  }

  /** What is told of a cause that was chosen before it: which, in which words, until when. */
  async tellMoreOfCause(): Promise<void> {
    const { cause } = this;
    if (cause !== null) await this.tellCause(cause);
  }

  async noteWords(): Promise<void> {
    const step = wordsStep(this.draft);
    if (step !== null) await this.tell(step);
  }

  async keepWish(): Promise<void> {
    const checked = wishStep(this.draft);
    await this.send(checked, FIELDS_OF_WISH, async (api, body) => {
      await api.post(STEPS, body);
      this.edit({ wishFrom: '', wishTo: '' });
    });
  }

  async openCase(): Promise<void> {
    const checked = caseRequest(this.draft);
    await this.send(checked, { claim: 'claim', words: 'claim', type: 'caseType' }, (api, body) =>
      this.opened(api, body.path, body.told),
    );
  }

  /** The customer is warned, in the words of the answer. */
  warn(): Promise<void> {
    const { abuse: code } = this.draft;
    return this.desk.ask(async (api) => {
      const { say } = await api.post<{ readonly say: Said }>('/v1/me/call/abuse-warnings', {
        code,
      });
      this.desk.change({ warning: say });
    });
  }

  async endForAbuse(): Promise<void> {
    await this.send(endForAbuseRequest(this.draft), { claim: 'abuseClaim' }, (api, body) =>
      api.post('/v1/me/call/end-for-abuse', body),
    );
  }

  private open(path: string, told: object): Promise<void> {
    return this.desk.ask((api) => this.opened(api, path, told));
  }

  private async opened(api: ApiClient, path: string, told: object): Promise<void> {
    const { advice = null } = await api.post<{ readonly advice?: Said }>(path, told);
    this.edit({ caseKind: '', caseType: '', claim: '' });
    this.desk.change({ advice });
  }

  /** Asks what may be offered. */
  async reckon(): Promise<void> {
    const { cause } = this;
    if (cause === null) {
      focusSoon('#guide-cause');
      return;
    }
    const checked = optionsRequest(this.draft, cause, this.currency);
    await this.send(checked, FIELDS_OF_ABILITY, async (api, body) => {
      const answer = await api.post<OptionsAnswer>('/v1/me/call/options', body);
      const [best] = answer.allowed;
      this.desk.change({ options: { asked: JSON.stringify(body), answer } });
      this.edit({ offerId: best?.offerId ?? '', refusal: '' });
      focusSoon('#offers input');
    });
  }

  /**
   * What was offered before is shown again after a load, for the same facts have the same options; and
   * when what was accepted of it is over, for an offer is accepted once.
   */
  restore(): void {
    const { guide, agreement: now, options } = this.desk.state;
    const { cause } = this;
    const isLeft = now === null || isOver(now.agreement.state);
    const isNeeded = options === null || this.isSpent;
    if (guide?.debt?.isReckoned !== true || cause === null || !isLeft || !isNeeded) return;
    const typed = optionsRequest(this.draft, cause, this.currency);
    const body = typed.problems === null ? typed.body : { rootCause: cause };
    const { offerId } = this.draft;
    void this.desk.ask(async (api) => {
      const answer = await api.post<OptionsAnswer>('/v1/me/call/options', body);
      const isThere = answer.allowed.some((offer) => offer.offerId === offerId);
      this.desk.change({ options: { asked: JSON.stringify(body), answer } });
      const [best] = answer.allowed.filter((offer) => !wasRefused(now, offer));
      if (!isThere) this.edit({ offerId: best?.offerId ?? '' });
    });
  }

  /** One of the options on the page was accepted, and that is over: others are on their way. */
  get isSpent(): boolean {
    const { agreement: now, options } = this.desk.state;
    if (now === null || !isOver(now.agreement.state)) return false;
    return options?.answer.allowed.some(isOfferOf(now)) ?? false;
  }

  /** The options on the page rest on something else than what is told now. */
  get isStale(): boolean {
    const { options } = this.desk.state;
    const { cause } = this;
    if (options === null || cause === null) return false;
    const now = optionsRequest(this.draft, cause, this.currency);
    return now.problems !== null || JSON.stringify(now.body) !== options.asked;
  }

  get offer(): Offer | null {
    const { options } = this.desk.state;
    return options?.answer.allowed.find(({ offerId }) => offerId === this.draft.offerId) ?? null;
  }

  /** The customer says yes: an agreement is made, or the promise is filled in. */
  async accept(): Promise<void> {
    const { offer } = this;
    const { options } = this.desk.state;
    if (offer === null || options === null) return;
    if (!isAgreementKind(offer.kind)) {
      this.editOutcome(outcomeOf(offer, options.answer));
      await this.tell({ kind: 'option_chosen', option: offer.kind });
      focusSoon('#recap');
      return;
    }
    const checked = agreementRequest(this.draft, offer);
    const fields = { reason: 'reason', hasEvidence: 'hasEvidence' } as const;
    await this.send(checked, fields, async (api, body) => {
      await api.post('/v1/me/call/agreements', body);
      this.editOutcome(outcomeOf(offer, options.answer));
      focusSoon('#recap');
    });
  }

  /** In a tab of its own, and kept nowhere: it names the customer. */
  openDocument(): Promise<void> {
    return this.desk.ask(async (api) => {
      const file = await api.file('/v1/me/call/agreement/document');
      showFile(file, this.desk.live.wait(READ_WITHIN_MS));
    });
  }

  async refuse(): Promise<void> {
    const { offer } = this;
    if (offer === null) return;
    await this.send(refusalRequest(this.draft), { why: 'refusal' }, async (api, body) => {
      await api.post(`/v1/me/call/offers/${offer.offerId}/refuse`, body);
      this.edit({ refusal: '' });
    });
  }

  async noneFits(): Promise<void> {
    await this.send(noneFitsStep(this.draft), { words: 'refusal' }, (api, body) =>
      api.post(STEPS, body),
    );
  }

  async saveOutcome(): Promise<void> {
    const { call, draft, session } = this.desk.state;
    if (call === null || session?.state !== 'wrap_up') return;
    const problems = checkDraft(draft, { ...call, now: new Date() });
    this.desk.change({ problems });
    if (Object.keys(problems).length > 0) {
      focusSoon('.form [aria-invalid="true"]');
      return;
    }
    const path = `/v1/attempts/${call.attemptId}/outcome`;
    const words = wordsStep(this.draft);
    await this.desk.ask(
      async (api) => {
        // typed, and the field not left: told again it changes nothing
        if (words !== null) await api.post(STEPS, words);
        // a repeat of the same words after a lost answer is the same request
        await api.post(path, outcomeBody(draft, call));
      },
      (error) => this.refused(error),
    );
  }

  /** What was typed stays; what is missing is marked, and the agent is led to it. */
  private refused(error: ApiError): Partial<AppState> | null {
    const { needs, problems, rest } = placeErrors(error.errors);
    if (rest.length > 0 || needs.length + Object.keys(problems).length === 0) return null;
    if (needs.length > 0) focusSoon('.missing button');
    else focusSoon('.form [aria-invalid="true"]');
    return { problems, ledTo: null, trouble: this.desk.words.talk.missing.notSaved };
  }

  /** To the next step that the chosen outcome still lacks. */
  goToMissing(): void {
    const { guide, draft, ledTo } = this.desk.state;
    const next = nextMissing(missingSteps(guide, draft.code).steps, ledTo);
    if (next === null) return;
    if (next.need === 'dispute_type') this.edit({ caseKind: 'dispute' });
    this.desk.change({ ledTo: next.need });
    focusSoon(...next.at);
  }

  private get draft(): TalkDraft {
    return this.desk.state.talk;
  }

  private get currency(): string {
    const { guide, call } = this.desk.state;
    return guide?.debt?.currency ?? call?.currency ?? 'IDR';
  }

  private tellChecked(checked: Checked<ConversationStep>): Promise<void> {
    return this.send(checked, FIELDS_OF_STEPS, (api, step) => api.post(STEPS, step));
  }

  /** Sends what is complete; else, and when it is refused, what is wrong is marked where it was typed. */
  private async send<Body>(
    checked: Checked<Body>,
    fields: Readonly<Record<string, keyof TalkDraft>>,
    work: (api: ApiClient, body: Body) => Promise<unknown>,
  ): Promise<void> {
    if (checked.problems !== null) {
      this.desk.change({ talkProblems: checked.problems });
      focusSoon('.talk [aria-invalid="true"]');
      return;
    }
    const { body } = checked;
    await this.desk.ask(
      (api) => work(api, body),
      (error) => {
        const marked = error.errors.flatMap(({ field }) => fields[field] ?? []);
        if (marked.length === 0) return null;
        const talkProblems: TalkProblems = Object.fromEntries(
          marked.map((name) => [name, 'refused' as const]),
        );
        return { talkProblems, trouble: troubleText(error, this.desk.words) };
      },
    );
  }
}

const FIELDS_OF_STEPS = {
  words: 'causeWords',
  detail: 'causeDetail',
  endsOn: 'causeEndsOn',
  by: 'proofs',
} as const;
const FIELDS_OF_WISH = { days: 'wishDays', from: 'wishFrom', to: 'wishTo' } as const;
const FIELDS_OF_ABILITY = {
  'ability.incomeMinor': 'income',
  'ability.fixedCostMinor': 'fixedCost',
  'ability.otherDebtsMinor': 'otherDebts',
  'ability.nextIncomeOn': 'nextIncomeOn',
} as const;
