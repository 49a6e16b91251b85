import { z } from 'zod';
import { findCreditor } from '../../db/read/creditors';
import { findDebtor } from '../../db/read/debtors';
import { readOutcomeBins, readRiskStanding, readScoreBins } from '../../db/risk-report';
import { readObjection, readStandingScores, type StandingScore } from '../../db/risk-scores';
import { decideSuggestion, listSuggestions, SUGGESTION_STATES } from '../../db/risk-suggestions';
import { calibrate } from '../../domain/calibration';
import { RISK_ACTIONS } from '../../domain/risk-change';
import { driftOf } from '../../domain/risk-report';
import { partsOf, scoreRisk } from '../../domain/risk-score';
import {
  CHARACTERISTICS,
  CURRENT_SCORECARD,
  RISK_BANDS,
  scorecardOf,
} from '../../domain/risk-scorecard';
import {
  BAND_SAID,
  NOT_ENOUGH_SAID,
  OBJECTS_SAID,
  RIGHT_SAID,
  sayCharacteristic,
} from '../../domain/risk-words';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { calibrationAnswer, calibrationView } from '../calibration-view';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, isoDate, reasonText } from '../schemas';

const tags = ['risk'];
const count = z.number().int();
const chance = z.number().min(0).max(1);
const share = z.number().nullable();
const words = z.object({ id: z.string(), en: z.string() });
const band = z.enum(RISK_BANDS);
const characteristic = z.enum(CHARACTERISTICS);

const standingScore = z.object({
  creditorId: id,
  day: isoDate.describe('On which people were scored last'),
  since: isoDate.describe('Since when it is this score, in this month; the facts are of that day'),
  scorecard: z.string(),
  state: z.enum(['scored', 'insufficient_data']),
  points: count.nullable().describe('Base and parts together; more is better'),
  base: count,
  probability: chance.nullable().describe('Of being late within the horizon'),
  horizonDays: count,
  band: band.nullable(),
  words,
  parts: z.array(z.object({ characteristic, value: z.number().nullable(), points: count, words })),
  reasons: z.array(z.object({ characteristic, words })).describe('What cost most points'),
});

/** How likely people are to fall behind, why, and whether the scores hold. */
export function riskRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/debtors/:id/risk',
    {
      schema: {
        tags,
        summary: 'The risk score of a person, with every point and its reason in two languages',
        description:
          'One a creditor, out of that creditor’s own data alone. Of who objects to profiling ' +
          '(`POST /v1/profiling-objections`) there is none.',
        params: idParams,
        response: {
          200: z.object({
            debtorId: id,
            objectsToProfiling: z.boolean(),
            words: words.describe('What the person may ask for'),
            scores: z.array(standingScore),
          }),
        },
      },
    },
    async (request) => {
      const debtor = found(await findDebtor(db, request.params.id), 'debtor');
      const objects = await readObjection(db, debtor.id);
      const scores = objects ? [] : await readStandingScores(db, debtor.id);
      return {
        debtorId: debtor.id,
        objectsToProfiling: objects,
        words: objects ? OBJECTS_SAID : RIGHT_SAID,
        scores: scores.map(scoreView),
      };
    },
  );

  reportRoute(api, context);
  suggestionRoutes(api, context);
}

function scoreView({ facts, ...row }: StandingScore): z.output<typeof standingScore> {
  const card = scorecardOf(row.scorecard);
  const score = scoreRisk(facts, card);
  const parts = partsOf(facts, card).map(({ characteristic: name, value, points }) => ({
    ...{ characteristic: name, value, points, words: sayCharacteristic(name, value) },
  }));
  const reasons = (score?.reasons ?? []).map((name) => ({
    ...{ characteristic: name, words: sayCharacteristic(name, facts[name]) },
  }));
  return {
    ...row,
    state: score === null ? 'insufficient_data' : 'scored',
    points: score?.points ?? null,
    base: card.base,
    probability: score?.probability ?? null,
    horizonDays: card.horizonDays,
    band: score?.band ?? null,
    words: score === null ? NOT_ENOUGH_SAID : BAND_SAID[score.band],
    parts,
    reasons,
  };
}

const report = z.object({
  scorecard: z.object({
    id: z.string(),
    horizonDays: count,
    base: count,
    doublesEvery: count,
    bandLimits: z.array(chance),
    leastEvidence: count,
    characteristics: z.partialRecord(
      characteristic,
      z.object({
        unknown: count.describe('Points where nothing is known'),
        bins: z.array(z.object({ upTo: z.number().nullable(), points: count })),
      }),
    ),
  }),
  day: isoDate.nullable().describe('On which people were scored last'),
  people: z.partialRecord(z.enum([...RISK_BANDS, 'insufficient_data']), count),
  calibration: calibrationAnswer.describe(
    'Of scores whose horizon is over, the first of each person and month',
  ),
  drift: z.object({
    from: isoDate.nullable().describe('The first day that was scored by the card'),
    psi: share.describe('Population stability index'),
    verdict: z.enum(['stable', 'shifting', 'shifted', 'insufficient_data']),
    bins: z.array(z.object({ from: count.describe('Points'), before: count, now: count })),
  }),
});

function reportRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/risk/report',
    {
      schema: {
        tags,
        summary: 'The scorecard with its points, whether its chances came true, and drift',
        querystring: z.strictObject({ creditorId: id.optional() }),
        response: { 200: report },
      },
    },
    async (request) => {
      const { creditorId = null } = request.query;
      if (creditorId !== null) found(await findCreditor(db, creditorId), 'creditor');
      const card = CURRENT_SCORECARD;
      const of = { creditorId, scorecard: card.id };
      const { day, bands } = await readRiskStanding(db, of);
      const calibration = calibrate(await readOutcomeBins(db, of, card.horizonDays));
      const { firstDay, bins } = await readScoreBins(db, of);
      const { bandLimits, characteristics, anchor: _anchor, ...shown } = card;
      return {
        scorecard: {
          ...shown,
          bandLimits: [...bandLimits],
          characteristics: Object.fromEntries(
            CHARACTERISTICS.map((name) => {
              const { unknown, bins: of } = characteristics[name];
              return [name, { unknown, bins: [...of] }];
            }),
          ),
        },
        day,
        people: bands,
        calibration: calibrationView(calibration),
        drift: { from: firstDay, ...driftOf(bins), bins },
      };
    },
  );
}

const suggestion = z.object({
  id,
  creditorId: id,
  debtorId: id,
  day: isoDate,
  scorecard: z.string(),
  fromBand: band,
  toBand: band,
  action: z.enum(RISK_ACTIONS),
  reasons: z.array(characteristic),
  state: z.enum(SUGGESTION_STATES),
  createdAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  decisionReason: z.string().nullable(),
});

function suggestionRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/risk/suggestions',
    {
      schema: {
        tags,
        summary: 'What may help people whose risk rose; open ones, or any',
        querystring: pageQuery.extend({
          creditorId: id.optional(),
          debtorId: id.optional(),
          state: z.enum(SUGGESTION_STATES).optional(),
        }),
        response: { 200: pageOf(suggestion) },
      },
    },
    async (request) => {
      const { creditorId = null, debtorId = null, state = null } = request.query;
      const filter = { creditorId, debtorId, state };
      const page = await listSuggestions(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, (item) => item);
    },
  );

  api.post(
    '/v1/risk/suggestions/:id/decide',
    {
      schema: {
        tags,
        summary: 'Keep what a person decided of it; nothing follows by itself',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ decision: z.enum(['accepted', 'declined']), reason: reasonText }),
        response: { 200: suggestion },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { decision: state, reason } = request.body;
        const actor = actorOf(request);
        const decided = await decideSuggestion(tx, request.params.id, { state, reason, actor });
        if (decided.kind === 'over')
          throw new Problem('invalid_transition', `The suggestion is ${decided.state}.`, {
            ...{ machine: 'risk suggestion', from: decided.state, allowed: [] },
          });
        const known = found(decided.kind === 'not_found' ? null : decided, 'suggestion');
        return { status: 200, body: known.suggestion };
      }),
  );
}
