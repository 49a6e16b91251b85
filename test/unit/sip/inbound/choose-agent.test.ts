import { chooseAgent } from '../../../../sip/inbound/choose-agent';
import { standingContact } from '../../../../sip/inbound/standing-contact';
import type { ReadyAgent } from '../../../../src/db/inbound-lookup';

const ready = (agentId: string, since: number, creditorId = 'a'): ReadyAgent => ({
  ...{ agentId, creditorId, sessionId: `s-${agentId}`, legMode: 'per_call', wrapUpLimitMs: 45_000 },
  readySince: new Date(since),
});
const choose = (
  agents: ReadyAgent[],
  more: { preferred?: string[]; tried?: string[]; creditorIds?: string[] } = {},
): string | null =>
  chooseAgent({
    ready: agents,
    creditorIds: more.creditorIds ?? ['a', 'b'],
    preferred: more.preferred ?? [],
    tried: new Set(more.tried),
  })?.agentId ?? null;

describe('who is rung for a caller', () => {
  const three = [ready('late', 3), ready('early', 1), ready('middle', 2)];
  it('whoever has been ready longest', () => {
    expect(choose(three)).toBe('early');
  });
  it('before them who is preferred, in that order', () => {
    expect(choose(three, { preferred: ['gone', 'late', 'middle'] })).toBe('late');
  });
  it('nobody twice', () => {
    expect(choose(three, { preferred: ['late'], tried: ['late', 'early'] })).toBe('middle');
    expect(choose(three, { tried: ['late', 'early', 'middle'] })).toBeNull();
  });
  it('who works for the likeliest creditor before who waits longer for another', () => {
    expect(choose([ready('of-b', 1, 'b'), ready('of-a', 9, 'a')])).toBe('of-a');
    expect(choose([ready('of-b', 1, 'b'), ready('of-c', 0, 'c')])).toBe('of-b');
  });
  it('nobody of another creditor, preferred or not', () => {
    expect(choose([ready('of-c', 1, 'c')], { preferred: ['of-c'] })).toBeNull();
    expect(choose([])).toBeNull();
  });
});

describe('somebody calls whom we are in contact with', () => {
  test.each([
    [[], 'none'],
    [[{ direction: 'out', state: 'reserved' }], 'taken_back'],
    [[{ direction: 'out', state: 'dialing' }], 'taken_back'],
    [[{ direction: 'out', state: 'ringing' }], 'taken_back'],
    [[{ direction: 'out', state: 'answered' }], 'busy'],
    [[{ direction: 'out', state: 'connected' }], 'busy'],
    [[{ direction: 'in', state: 'ringing' }], 'busy'],
  ] as const)('%j: %s', (open, contact) => {
    expect(standingContact(open)).toBe(contact);
  });
});
