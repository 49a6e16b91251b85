import { DateTime } from 'luxon';
import { writeCollectionPolicy } from '../../../src/db/collection-policies';
import { collectionPolicy } from '../../../src/domain/collection-policy/collection-policy';
import type { ConversationStep } from '../../../src/domain/conversation-step';
import { AGENT_OUTCOME_CODES, type AgentOutcomeCode } from '../../../src/domain/outcome-code';
import type { Need } from '../../../src/domain/outcome-needs';
import type {
  CurrentCall,
  Guide,
  Offer,
  OptionsAnswer,
} from '../../../src/web/softphone/api-answers';
import type { FieldError } from '../../../src/web/softphone/api-error';
import { WORDS } from '../../../src/web/softphone/dictionaries';
import { missingSteps, placeErrors } from '../../../src/web/softphone/missing-steps';
import {
  asksRootCause,
  checkDraft,
  EMPTY_DRAFT,
  outcomeBody,
  type OutcomeDraft,
} from '../../../src/web/softphone/outcome-draft';
import { EMPTY_TALK, type TalkDraft } from '../../../src/web/softphone/talk-draft';
import {
  agreementRequest,
  caseRequest,
  causeStep,
  identityStep,
  isAgreementKind,
  optionsRequest,
  OUTCOME_OF,
  outcomeOf,
  refusalRequest,
  wordsStep,
  type Checked,
} from '../../../src/web/softphone/talk-requests';
import { AgreementDesk } from '../../support/agreement-desk';
import { startApi, type Api } from '../../support/http-api';
import { end } from '../../support/talk';

/** What an agent types in a talk about a hospital bill. */
const TYPED: TalkDraft = {
  ...EMPTY_TALK,
  ...{ proofs: ['full_name', 'birth_date'], hope: 'lunas sebelum lebaran', refusal: 'belum bisa' },
  ...{ income: '5.000.000', fixedCost: '3.000.000', otherDebts: '1.000.000', reason: 'rawat inap' },
  ...{ hasEvidence: true, caseKind: 'dispute', caseType: 'paid', claim: 'sudah saya bayar' },
};

const STEPS = '/v1/me/call/guide/steps';

/** The page without its browser: its requests, made of what is typed and of what the server says. */
class PageOfAgent {
  draft: OutcomeDraft;

  constructor(
    private readonly api: Api,
    private readonly desk: AgreementDesk,
    private readonly code: AgentOutcomeCode,
  ) {
    const rootCause = asksRootCause(code) ? 'illness' : '';
    const callbackAt = code === 'RPC_CALLBACK' ? this.tomorrow() : '';
    const method = code === 'RPC_PTP' ? 'qris' : '';
    this.draft = { ...EMPTY_DRAFT, code, rootCause, callbackAt, method, note: 'ditelepon' };
  }

  private tomorrow(): string {
    return DateTime.now().setZone('Asia/Jakarta').plus({ days: 1 }).toFormat("yyyy-MM-dd'T'HH:mm");
  }

  private async get<T>(path: string): Promise<T> {
    return (await this.api.call(this.desk.key, `GET ${path}`)).json() as T;
  }

  private async post<T>(path: string, body: object): Promise<T> {
    const answer = await this.api.call(this.desk.key, `POST ${path}`, { body });
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.body}`);
    return answer.json() as T;
  }

  private send<Body extends object>(path: string, checked: Checked<Body>): Promise<unknown> {
    if (checked.problems !== null) throw new Error(JSON.stringify(checked.problems));
    return this.post(path, checked.body);
  }

  guide(): Promise<Guide> {
    return this.get('/v1/me/call/guide');
  }

  tell(step: ConversationStep): Promise<unknown> {
    return this.post(STEPS, step);
  }

  open(told: object): Promise<unknown> {
    return this.post('/v1/me/call/cases', told);
  }

  async missing(): Promise<Need[]> {
    return missingSteps(await this.guide(), this.code).steps.map(({ need }) => need);
  }

  /** Does what the page leads to for a step. */
  async do(need: Need): Promise<void> {
    await this.DO[need]();
  }

  private readonly DO: Readonly<Record<Need, () => Promise<unknown>>> = {
    identity: () => this.send(STEPS, identityStep(TYPED)),
    ticks: async () => {
      const { debt } = await this.guide();
      for (const { code, isDone } of debt!.checklist) {
        const options = debt!.options.map((option) => option.code);
        if (isDone) continue;
        if (code === 'words_noted') await this.post(STEPS, wordsStep(TYPED)!);
        else
          await this.post(STEPS, { kind: code, ...(code === 'options_said' ? { options } : {}) });
      }
    },
    answer: async () => {
      const answer = await this.reckon();
      const offer = answer.allowed.find(({ kind }) => kind === 'pay_part')!;
      if (this.code !== 'RPC_PTP')
        return this.send(`/v1/me/call/offers/${offer.offerId}/refuse`, refusalRequest(TYPED));
      this.draft = { ...this.draft, ...outcomeOf(offer, answer) };
      return this.post(STEPS, { kind: 'option_chosen', option: offer.kind });
    },
    agreement: async () => {
      const answer = await this.reckon();
      const fits = ({ kind }: Offer): boolean =>
        isAgreementKind(kind) && OUTCOME_OF[kind] === this.code;
      const offer = answer.allowed.find(fits)!;
      expect(outcomeOf(offer, answer)).toEqual({ code: this.code });
      return this.send('/v1/me/call/agreements', agreementRequest(TYPED, offer));
    },
    recap: async () => {
      const { debt } = await this.guide();
      const agreed = debt!.options.some(({ answer }) => answer === 'chosen');
      return this.post(STEPS, { kind: 'recap_said', agreed });
    },
    dispute_type: () => {
      const checked = caseRequest(TYPED);
      if (checked.problems !== null) throw new Error('the case is not whole');
      return this.post(checked.body.path, checked.body.told);
    },
  };

  private async reckon(): Promise<OptionsAnswer> {
    await this.send(STEPS, causeStep(TYPED, 'illness'));
    const checked = optionsRequest(TYPED, 'illness', 'IDR');
    if (checked.problems !== null) throw new Error('the ability is not whole');
    return this.post('/v1/me/call/options', checked.body);
  }

  /** What is still wrong in the form of the outcome. */
  async problems(): Promise<object> {
    const call = await this.get<CurrentCall>('/v1/me/call');
    return checkDraft(this.draft, { ...call, now: new Date() });
  }

  async save(): Promise<Awaited<ReturnType<Api['call']>>> {
    const call = await this.get<CurrentCall>('/v1/me/call');
    const path = `/v1/attempts/${this.desk.attemptId}/outcome`;
    const body = outcomeBody(this.draft, call);
    return this.api.call(this.desk.key, `POST ${path}`, { body });
  }
}

describe('K17, L5: under a guide that is required, the softphone page finishes', () => {
  let api: Api;
  let desk: AgreementDesk;
  beforeAll(async () => {
    api = await startApi();
  });
  beforeEach(async () => {
    desk = await AgreementDesk.open(api);
    const policy = collectionPolicy.parse({ conversation: { guide: 'required' } });
    await api.database.db.transaction((tx) =>
      writeCollectionPolicy(tx, desk.floor.creditorId, policy, 'test'),
    );
  });
  afterAll(() => api.close());

  it.each(AGENT_OUTCOME_CODES)(
    '%s by the steps that a refusal and the guide name',
    async (code) => {
      await end(api.database.db, desk.attemptId, 'connected');
      const page = new PageOfAgent(api, desk, code);
      const { isRefused } = missingSteps(await page.guide(), code);
      let missing = await page.missing();
      if (isRefused && code !== 'RPC_PTP') {
        // a promise is refused by the form before it is sent
        const refused = await page.save();
        const { errors } = refused.json() as { errors: FieldError[] };
        expect(refused.statusCode).toBe(422);
        expect(placeErrors(errors)).toEqual({ needs: missing, problems: {}, rest: [] });
      }
      // one after the other as the page leads; none is asked for twice
      for (const done: Need[] = []; missing.length > 0; missing = await page.missing()) {
        const [need] = missing;
        expect(done).not.toContain(need);
        done.push(need!);
        await page.do(need!);
      }
      expect(await page.problems()).toEqual({});
      const saved = await page.save();
      expect(saved.json()).toMatchObject({ code, missing: [] });
      expect(saved.statusCode).toBe(201);
    },
  );

  it('L4: “bukan saya” ends without a word of the debt, and the number is off before the outcome', async () => {
    const page = new PageOfAgent(api, desk, 'WRONG_NUMBER');
    await page.tell({ kind: 'identity_not_confirmed', because: 'somebody_else' });
    expect(JSON.stringify(await page.guide())).not.toMatch(/Rp|Minor/);
    const claim = WORDS.id.talk.identity.wrongNumberClaim;
    await page.open({ kind: 'wrong_party', claim });
    const off = `select h.kind from hold h join phone p on p.e164 = h.e164
      join attempt t on t.phone_id = p.id where t.id = $1 and h.lifted_at is null`;
    const { rows } = await api.database.db.query(off, [desk.attemptId]);
    expect(rows).toEqual([{ kind: 'wrong_number' }]);
    await end(api.database.db, desk.attemptId, 'connected');
    expect((await page.save()).statusCode).toBe(201);
    const cases = await api.database.db.query(`select kind from case_file where attempt_id = $1`, [
      desk.attemptId,
    ]);
    expect(cases.rows).toEqual([{ kind: 'wrong_party' }]);
  });
});
