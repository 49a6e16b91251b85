import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  checkCalendars,
  checkPackChange,
  checkStart,
} from '../../../dialer/compliance/pack-change';
import { describeRuleIssues } from '../../../dialer/compliance/rule-file-problem';
import { rulePackSchema } from '../../../dialer/compliance/rule-file-schema';
import type { RulePack } from '../../../dialer/compliance/rule-pack';
import { recordAudit } from '../../db/audit';
import { listCalendarIds } from '../../db/calendars';
import type { Transaction } from '../../db/database';
import {
  approveVersion,
  findRulePackVersion,
  insertProposedVersion,
  listRulePackVersions,
  lockRules,
  rejectVersion,
  setShadow,
  signVersion,
  type RulePackVersion,
} from '../../db/rule-packs';
import { isOwnPackId } from '../../domain/campaign-document/campaign-packs';
import { canonicalJson } from '../../domain/canonical-json';
import { decideVersion } from '../../domain/version-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { found, Problem } from '../problem';
import {
  approval,
  bindsFromOf,
  refuseProblems,
  rejection,
  requireApprover,
} from '../rule-decision';
import {
  packOf,
  packParams,
  versionParams,
  versionSummary,
  wholeVersion,
  wholeView,
} from '../rule-pack-view';
import { displayName, givenInstant, reasonText } from '../schemas';

const tags = ['rule packs'];

const proposal = z.strictObject({
  pack: z.looseObject({}).describe('A rule pack; `id` and `version` may be left out'),
  reason: reasonText,
  shadowFrom: givenInstant.optional().describe('From when it runs in shadow; absent: not yet'),
});

/** Versions are proposed, compared, approved or rejected, and signed. */
export function rulePackVersionRoutes(api: Api, context: HttpContext): void {
  proposalRoutes(api, context);
  decisionRoutes(api, context);
  reviewRoutes(api, context);
}

function proposalRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/rule-packs/:id/versions',
    {
      schema: {
        tags,
        summary: 'Propose a version; it binds when a second person approves',
        headers: idempotencyHeaders,
        params: packParams,
        body: proposal,
        response: { 201: wholeVersion },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const { id } = request.params;
        refuseOwnPack(id);
        const versions = await listRulePackVersions(tx, id);
        const version = 1 + Math.max(0, ...versions.map((one) => one.version));
        const pack = parseProposal(request.body.pack, id, version);
        for (const one of standing(versions)) refuseProblems(checkPackChange(pack, packOf(one)));
        refuseProblems(checkPackChange(pack, null));
        refuseProblems(checkCalendars(pack, await listCalendarIds(tx)));
        const body = canonicalJson(pack);
        const { shadowFrom, reason } = request.body;
        await insertProposedVersion(tx, {
          packId: id,
          version,
          body,
          sha256: createHash('sha256').update(body).digest('hex'),
          changeReason: reason,
          proposedBy: actorOf(request),
          shadowFrom: shadowFrom === undefined ? null : new Date(shadowFrom),
        });
        const proposed = await versionOf(tx, { id, version });
        await audit(tx, request, 'rule_pack.proposed', null, proposed, reason);
        return { status: 201, body: wholeView(proposed) };
      }),
  );

  shadowRoute(api, context);
}

function shadowRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/rule-packs/:id/versions/:version/shadow',
    {
      schema: {
        tags,
        summary: 'Run in shadow from an instant on, or no more: it is compared and decides nothing',
        headers: idempotencyHeaders,
        params: versionParams,
        body: z.strictObject({ from: givenInstant.nullable() }),
        response: { 200: versionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await versionOf(tx, request.params);
        if (before.hasBound || before.state === 'rejected') decideVersion(before, 'approve');
        const { from } = request.body;
        const after = await setShadow(tx, {
          ...nameOf(before),
          from: from === null ? null : new Date(from),
        });
        await audit(tx, request, 'rule_pack.shadow_changed', before, after, null);
        return { status: 200, body: after };
      }),
  );
}

function decisionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/rule-packs/:id/versions/:version/approve',
    {
      schema: {
        tags,
        summary: 'Approve what somebody else proposed: it binds from now on, or later',
        headers: idempotencyHeaders,
        params: versionParams,
        body: approval,
        response: { 200: versionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await versionOf(tx, request.params);
        const by = requireApprover(before, request);
        const bindsFrom = bindsFromOf(request.body);
        await checkApproval(tx, before, bindsFrom ?? new Date());
        const after = await approveVersion(tx, { ...nameOf(before), by, bindsFrom });
        await audit(tx, request, 'rule_pack.approved', before, after, null);
        return { status: 200, body: after };
      }),
  );

  api.post(
    '/v1/rule-packs/:id/versions/:version/reject',
    {
      schema: {
        tags,
        summary: 'Reject a proposal, or what was approved for later and does not bind yet',
        headers: idempotencyHeaders,
        params: versionParams,
        body: rejection,
        response: { 200: versionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await versionOf(tx, request.params);
        decideVersion(before, 'reject');
        const after = await rejectVersion(tx, { ...nameOf(before), by: actorOf(request) });
        await audit(tx, request, 'rule_pack.rejected', before, after, request.body.reason);
        return { status: 200, body: after };
      }),
  );
}

function reviewRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/rule-packs/:id/versions/:version/review',
    {
      schema: {
        tags,
        summary: 'A named person has read the law and signs for this version, once',
        headers: idempotencyHeaders,
        params: versionParams,
        body: z.strictObject({ reviewer: displayName }),
        response: { 200: versionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await versionOf(tx, request.params);
        if (before.reviewedBy !== null) {
          throw new Problem('already_exists', 'It is signed already.', { field: 'reviewer' });
        }
        const { reviewer } = request.body;
        const after = await signVersion(tx, { ...nameOf(before), reviewer });
        await audit(tx, request, 'rule_pack.reviewed', before, after, null);
        return { status: 200, body: after };
      }),
  );
}

/** @throws Problem `rules_not_accepted` when the pack follows from a campaign's document */
function refuseOwnPack(id: string): void {
  if (!isOwnPackId(id)) return;
  const accepted = "a version of that campaign's document";
  refuseProblems([{ field: 'id', reason: "is one campaign's own", accepted }]);
}

/** @throws Problem `invalid_request` with every finding in the pack */
function parseProposal(given: Record<string, unknown>, id: string, version: number): RulePack {
  const named = { ...given, id: given.id ?? id, version: given.version ?? version };
  const parsed = rulePackSchema.safeParse(named);
  const errors = parsed.success
    ? []
    : describeRuleIssues(named, parsed.error.issues).map(({ path, reason, accepted }) => {
        return { field: path === '$' ? 'pack' : `pack.${path}`, reason, accepted };
      });
  const refuse = (field: string, reason: string, accepted: string): void => {
    errors.push({ field, reason, accepted });
  };
  if (named.id !== id) refuse('pack.id', 'is another pack', id);
  if (named.version !== version) refuse('pack.version', 'is not the next', String(version));
  if ((given.reviewed ?? false) !== false) {
    refuse('pack.reviewed', 'is said by a person about a version that is there', 'false');
  }
  if (!parsed.success || errors.length > 0) {
    throw new Problem('invalid_request', 'The rule pack is not accepted.', { in: 'body', errors });
  }
  return parsed.data;
}

/** What binds now or will: a further version takes the place of each of them. */
function standing(versions: readonly RulePackVersion[]): RulePackVersion[] {
  return versions.filter((one) => one.binding || (one.state === 'approved' && !one.hasBound));
}

/** @throws Problem `superseded`, `rules_not_accepted` */
async function checkApproval(
  tx: Transaction,
  version: RulePackVersion,
  bindsFrom: Date,
): Promise<void> {
  const versions = await listRulePackVersions(tx, version.packId);
  const newer = versions.find((one) => one.state === 'approved' && one.version > version.version);
  if (newer !== undefined) {
    throw new Problem('superseded', `Version ${newer.version} is approved: propose a newer one.`);
  }
  for (const one of standing(versions)) {
    const now = packOf(one);
    refuseProblems(checkPackChange(packOf(version), now));
    refuseProblems(checkStart(packOf(version), now, bindsFrom));
  }
}

async function versionOf(
  tx: Transaction,
  { id, version }: { id: string; version: number },
): Promise<RulePackVersion> {
  return found(await findRulePackVersion(tx, id, version), 'version');
}

const nameOf = ({ packId, version }: RulePackVersion) => ({ packId, version });

async function audit(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  before: RulePackVersion | null,
  after: RulePackVersion,
  reason: string | null,
): Promise<void> {
  await recordAudit(tx, {
    creditorId: null,
    actor: actorOf(request),
    action,
    subject: 'rule_pack_version',
    subjectId: `${after.packId}@${after.version}`,
    before: before === null ? null : auditView(before),
    after: auditView(after),
    reason,
  });
}

function auditView(version: RulePackVersion): Record<string, unknown> {
  const text = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    state: version.state,
    sha256: version.sha256,
    shadowFrom: text(version.shadowFrom),
    bindsFrom: text(version.bindsFrom),
    reviewed: version.reviewedBy !== null,
  };
}
