import {
  checkCampaignReadiness,
  type ReadinessFacts,
} from '../../../../src/domain/campaign-readiness';

const ready: ReadinessFacts = {
  poolIds: ['p'],
  rulePacks: ['ID.POLICY.HOUSE'],
  knownRulePacks: ['ID.POLICY.HOUSE'],
  settings: { callerId: '+622150001000' },
  agentCount: 1,
  skilledAgentCount: 1,
  agentSkills: ['jawa'],
  trunkCount: 1,
  callerIds: ['+622150001000'],
  missingTrunkIds: [],
  currency: 'IDR',
  trunkCurrencies: [{ id: 't', currency: 'IDR' }],
};
const fields = (change: Partial<ReadinessFacts>): string[] =>
  checkCampaignReadiness({ ...ready, ...change }).map(({ field }) => field);

describe('checkCampaignReadiness', () => {
  it('finds nothing in a campaign that can call', () => {
    expect(fields({})).toEqual([]);
    expect(fields({ settings: {} })).toEqual([]);
  });

  it('finds each thing that is missing, alone', () => {
    expect(fields({ poolIds: [], agentCount: 0 })).toEqual(['poolIds']);
    expect(fields({ agentCount: 0 })).toEqual(['poolIds']);
    expect(fields({ skilledAgentCount: 0 })).toEqual(['settings.skills']);
    expect(fields({ rulePacks: ['ID.POLICY.HOUSE', 'XX'] })).toEqual(['rulePacks']);
    expect(fields({ trunkCount: 0, callerIds: [] })).toEqual(['settings.trunkIds']);
    expect(fields({ missingTrunkIds: ['t'] })).toEqual(['settings.trunkIds']);
    expect(fields({ callerIds: ['+622150001001'] })).toEqual(['settings.callerId']);
  });

  it('holds no cost limit against what is billed in another currency', () => {
    const trunkCurrencies = [...ready.trunkCurrencies, { id: 'u', currency: 'USD' }];
    const settings = { costCapMinor: '1000' };
    expect(fields({ trunkCurrencies })).toEqual([]);
    expect(fields({ settings })).toEqual([]);
    expect(checkCampaignReadiness({ ...ready, settings, trunkCurrencies })).toEqual([
      {
        field: 'settings.trunkIds',
        reason: 'the cost limit is in IDR, and it may call by trunks that bill otherwise: u (USD)',
        accepted: 'ids of trunks that bill in IDR: t; or no settings.costCapMinor',
      },
    ]);
  });
});
