import { z } from 'zod';
import { findCampaign } from '../../db/campaigns';
import { listTrunksInView, readOperator, type TrunkInView } from '../../db/trunk-routing';
import { operatorOfNumber, PHONE_OPERATORS } from '../../domain/phone-operator';
import { decidingTerm, routeTrunks, type Routed } from '../../domain/trunk-route';
import type { Api, HttpContext } from '../api';
import { found } from '../problem';
import { e164, id, minorUnits } from '../schemas';

const REASONS = [
  'not_of_campaign',
  'disabled',
  'kill_switch',
  'down',
  'cap_reached',
  'channels_full',
  'country_not_allowed',
  'no_route',
  'caller_id',
  'caller_id_limit',
] as const;
type Reason = (typeof REASONS)[number];

const answer = z.object({
  operator: z
    .string()
    .nullable()
    .describe(
      `Whose network it is in: as a look-up said, else by its beginning (${PHONE_OPERATORS.join(', ')})`,
    ),
  callerId: z.string().nullable().describe('The wished number, if any of the trunks may show it'),
  order: z
    .array(
      z.object({
        trunkId: id,
        name: z.string(),
        aheadOfNextBy: z
          .enum(['priority', 'prefix', 'cost', 'weight'])
          .nullable()
          .describe('Why it goes before the next one; null: it is the last'),
        routeId: id.nullable().describe('Null: no route names it, it takes every number'),
        prefix: z.string(),
        priority: z.number().int(),
        costPerMinuteMinor: minorUnits,
        weight: z.number().describe('Lower than its own while it does worse than usual'),
        callerIds: z.array(z.string()).readonly(),
      }),
    )
    .describe('The trunks that would be tried, in this order; only before any 18x the next one is'),
  passedOver: z.array(z.object({ trunkId: id, name: z.string(), reason: z.enum(REASONS) })),
});

/** Asks which trunks would take a call now, and why; places none. */
export function trunkRouteCheckRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/trunks/route',
    {
      schema: {
        tags: ['trunks'],
        summary: 'Which trunks would take a call now, in which order, and why',
        description:
          'Asks the very decision that calls are placed by. Whether the person may be called at ' +
          'all is another question: POST /v1/gate/check.',
        querystring: z.strictObject({
          e164: e164.describe('Written in a URL, + is %2B'),
          callerId: e164.optional().describe('The number that should be shown'),
          campaignId: id.optional().describe('Only trunks that it may use'),
        }),
        response: { 200: answer },
      },
    },
    async (request) => {
      const { e164: number, callerId, campaignId } = request.query;
      const campaign =
        campaignId === undefined ? null : found(await findCampaign(db, campaignId), 'campaign');
      const only = campaign?.settings.trunkIds ?? null;
      const passedOver: { trunk: TrunkInView; reason: Reason }[] = [];
      const left: TrunkInView[] = [];
      for (const trunk of await listTrunksInView(db)) {
        const reason = reasonAgainst(trunk, only);
        if (reason === null) left.push(trunk);
        else passedOver.push({ trunk, reason });
      }
      const callerIds = callerId === undefined ? [] : [callerId];
      const operator = await readOperator(db, number);
      const routed = routeTrunks(left, { e164: number, operator, callerIds });
      return {
        operator: operator ?? operatorOfNumber(number),
        callerId: routed.callerId,
        order: routed.order.map((way, index) => wayView(way, routed.order[index + 1])),
        passedOver: [...routed.passedOver, ...passedOver].map(({ trunk, reason }) => ({
          ...{ trunkId: trunk.id, name: trunk.name, reason },
        })),
      };
    },
  );
}

function reasonAgainst(trunk: TrunkInView, only: readonly string[] | null): Reason | null {
  if (only !== null && !only.includes(trunk.id)) return 'not_of_campaign';
  if (!trunk.enabled) return 'disabled';
  if (trunk.isStopped) return 'kill_switch';
  if (trunk.isDown) return 'down';
  if (trunk.capReached !== null) return 'cap_reached';
  return trunk.channelsInUse >= trunk.maxChannels ? 'channels_full' : null;
}

function wayView(way: Routed<TrunkInView>, next: Routed<TrunkInView> | undefined) {
  const { trunk, routeId, prefix, priority, weight, callerIds } = way;
  return {
    ...{ trunkId: trunk.id, name: trunk.name, routeId, prefix, priority, weight, callerIds },
    costPerMinuteMinor: way.costPerMinuteMinor.toString(),
    aheadOfNextBy: next === undefined ? null : decidingTerm(way, next),
  };
}
