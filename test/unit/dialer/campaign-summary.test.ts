import { campaignSummary } from '../../../dialer/campaign-summary';
import { waterfallOf } from '../../../dialer/waterfall';
import { CAMPAIGN_STATES } from '../../../src/domain/campaign-state';

test.each(CAMPAIGN_STATES.filter((state) => state !== 'running'))(
  'of a campaign that is %s it is said in Indonesian without its code',
  (state) => {
    const floor = {
      ...{ state, openAttempts: 0, agents: {}, agentsReadyWithSkills: 0, trunksEnabled: 1 },
      currenciesBesideLimit: [],
      ...{ sipInstancesAlive: 1, killSwitches: [] },
    };
    const said = campaignSummary(floor, waterfallOf([], new Map()), null);
    expect(said.id).toMatch(/^Kampanye .+: hanya kampanye yang sedang berjalan yang menelepon\.$/);
    expect(said.id).not.toMatch(new RegExp(`\\b(${CAMPAIGN_STATES.join('|')})\\b`));
    expect(said.en).toContain('only a running one dials.');
  },
);
