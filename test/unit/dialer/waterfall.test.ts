import fc from 'fast-check';
import { waterfallOf, type LikenessVerdict } from '../../../dialer/waterfall';
import type { AccountGroup } from '../../../src/db/account-groups';

const group = (change: Partial<AccountGroup> = {}): AccountGroup => ({
  accountId: 'a',
  likeness: 'alike',
  open: true,
  dialable: true,
  blockedReason: null,
  numberOff: null,
  due: true,
  free: true,
  accounts: 1,
  nextDueAt: null,
  ...change,
});
const verdicts = (...kinds: string[]): Map<string, LikenessVerdict> =>
  new Map([['alike', { failingKinds: new Set(kinds) }]]);
const counts = (groups: AccountGroup[], by = verdicts()): number[] =>
  waterfallOf(groups, by).steps.map(({ accounts }) => accounts);

describe('the waterfall of a campaign', () => {
  it.each<[string, AccountGroup, string[], number]>([
    ['nothing', group(), [], 8],
    ['a paid account', group({ open: false, likeness: null }), [], 1],
    ['no number', group({ dialable: false, likeness: null }), [], 2],
    ['a closed window', group(), ['window'], 3],
    ['a holiday', group(), ['holiday', 'cap'], 3],
    ['a limit of attempts', group(), ['cap'], 4],
    ['a hold', group(), ['hold'], 5],
    ['a promise', group({ blockedReason: 'promise_open' }), [], 5],
    ['a rule of the program', group(), ['engine'], 5],
    ['a retry that waits', group({ due: false }), [], 6],
    ['a cool-off', group(), ['cooloff'], 6],
    ['an open attempt', group({ free: false }), [], 7],
  ])('stops at %s', (_what, one, kinds, steps) => {
    expect(counts([one], verdicts(...kinds))).toEqual(
      Array.from({ length: 8 }, (_, at) => (at < steps ? 1 : 0)),
    );
  });

  it('scales up what was not examined, and says so', () => {
    const groups = [
      group({ accounts: 60 }),
      group({ accounts: 20, due: false }),
      group({ accounts: 80, likeness: 'not asked' }),
      group({ accounts: 5, open: false, likeness: null }),
    ];
    const { steps, selectable, examined } = waterfallOf(groups, verdicts());
    expect(examined).toBe(80);
    expect(steps.slice(0, 3)).toEqual([
      { step: 'total', accounts: 165, estimated: false },
      { step: 'open', accounts: 160, estimated: false },
      { step: 'withDialablePhone', accounts: 160, estimated: false },
    ]);
    expect(steps[3]).toEqual({ step: 'inWindowNow', accounts: 160, estimated: true });
    expect(selectable).toBe(120);
  });

  it('never grows from one step to the next', () => {
    const anyGroup = fc.record({
      accountId: fc.constant('a'),
      likeness: fc.constantFrom(null, 'alike', 'other', 'not asked'),
      open: fc.boolean(),
      dialable: fc.boolean(),
      blockedReason: fc.constantFrom(null, 'dispute'),
      numberOff: fc.constant(null),
      due: fc.boolean(),
      free: fc.boolean(),
      accounts: fc.integer({ min: 1, max: 1000 }),
      nextDueAt: fc.constant(null),
    });
    const kinds = fc.subarray(['window', 'cap', 'hold', 'gap', 'engine']);
    fc.assert(
      fc.property(fc.array(anyGroup), kinds, kinds, (groups, a, b) => {
        const by = new Map([
          ['alike', { failingKinds: new Set(a) }],
          ['other', { failingKinds: new Set(b) }],
        ]);
        const passed = counts(groups, by);
        expect(passed).toEqual([...passed].sort((x, y) => y - x));
      }),
    );
  });
});
