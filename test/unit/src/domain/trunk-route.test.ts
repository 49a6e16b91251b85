import { operatorOfNumber } from '../../../../src/domain/phone-operator';
import {
  decidingTerm,
  routeTrunks,
  type RoutableTrunk,
  type TrunkRoute,
} from '../../../../src/domain/trunk-route';

const TELKOMSEL = '+6281200001234';
const XL = '+6281700001234';
const FIXED = '+622150001234';

const route = (prefixes: string[], terms: Partial<TrunkRoute> = {}): TrunkRoute => ({
  ...{ id: prefixes.join(), prefixes, callerIds: null, priority: null, costPerMinuteMinor: null },
  ...terms,
});
const trunk = (id: string, terms: Partial<RoutableTrunk> = {}): RoutableTrunk => ({
  ...{
    id,
    priority: 1,
    weight: 100,
    weightFactor: 1,
    costPerMinuteMinor: 500n,
    countryCodes: ['62'],
  },
  ...{ callerIds: ['+622150000001'], restingCallerIds: [], spentCallerIds: [] },
  routes: [],
  ...terms,
});
const order = (trunks: RoutableTrunk[], e164 = TELKOMSEL, callerIds: string[] = []): string => {
  const answer = routeTrunks(trunks, { e164, callerIds });
  return answer.order.map((way) => way.trunk.id).join(' ');
};

test.each([
  ['+6281100001234', 'telkomsel'],
  [TELKOMSEL, 'telkomsel'],
  ['+6285700001234', 'indosat'],
  [XL, 'xl'],
  ['+6283100001234', 'axis'],
  ['+6289900001234', 'tri'],
  ['+6288100001234', 'smartfren'],
  [FIXED, null],
  ['+6582000012', null],
])('%s is a number of %s', (e164, operator) => {
  expect(operatorOfNumber(e164)).toBe(operator);
});

test('only numbers of the countries that a trunk may call', () => {
  const local = trunk('local');
  const abroad = trunk('abroad', { countryCodes: ['1', '65'], priority: 0 });
  expect(order([local, abroad])).toBe('local');
  expect(order([local, abroad], '+6582000012')).toBe('abroad');
  expect(order([local, abroad], '+12025550100')).toBe('abroad');
  // a satellite: the beginning of no country
  const { passedOver } = routeTrunks([local, abroad], { e164: '+870773000001', callerIds: [] });
  expect(passedOver.map(({ reason }) => reason)).toEqual(Array(2).fill('country_not_allowed'));
});

describe('the order', () => {
  const onNet = trunk('on-net', { routes: [route(['telkomsel'], { costPerMinuteMinor: 300n })] });
  const any = trunk('any', { routes: [route(['+'])] });
  const mobile = trunk('mobile', { routes: [route(['+628'], { costPerMinuteMinor: 100n })] });
  const unnamed = trunk('unnamed', { costPerMinuteMinor: 0n });

  test('the longest prefix goes before the cost', () => {
    expect(order([any, mobile, onNet, unnamed])).toBe('on-net mobile any unnamed');
    expect(order([any, mobile, onNet, unnamed], XL)).toBe('mobile any unnamed');
    expect(order([any, mobile, onNet, unnamed], FIXED)).toBe('any unnamed');
  });

  test('priority goes before everything, and a route has its own', () => {
    const first = trunk('first', { priority: 0 });
    expect(order([onNet, first])).toBe('first on-net');
    const raised = trunk('raised', { priority: 5, routes: [route(['+'], { priority: 0 })] });
    expect(order([onNet, raised])).toBe('raised on-net');
  });

  test('of a trunk the most particular route speaks, whatever its priority', () => {
    const both = trunk('both', {
      routes: [route(['+'], { priority: 0 }), route(['+62812'], { priority: 9 })],
    });
    expect(order([both, any])).toBe('any both');
    expect(order([both, any], XL)).toBe('both any');
  });

  test('among equal prefixes the cheaper goes first', () => {
    const dear = trunk('dear', { costPerMinuteMinor: 501n });
    const cheap = trunk('cheap', { costPerMinuteMinor: 499n });
    expect(order([dear, trunk('usual'), cheap])).toBe('cheap usual dear');
  });

  test('F8: the operator that a register names goes before that of the beginning', () => {
    const byXl = trunk('byXl', { routes: [route(['xl'])] });
    const byTelkomsel = trunk('byTelkomsel', { routes: [route(['telkomsel'])] });
    const block = trunk('block', { routes: [route(['+6281'])] });
    const to = (operator: string | null): string => {
      const question = { e164: TELKOMSEL, operator, callerIds: [] };
      return routeTrunks([byXl, byTelkomsel, block], question)
        .order.map((way) => way.trunk.id)
        .join(' ');
    };
    expect(to(null)).toBe('byTelkomsel block');
    expect(to('xl')).toBe('byXl block');
    // a brand that no route names: only beginnings of the number itself are left
    expect(to('by.u')).toBe('block');
  });

  test('which term decided is told', () => {
    const { order: ways } = routeTrunks([any, mobile, onNet, unnamed], {
      ...{ e164: TELKOMSEL, callerIds: [] },
    });
    const terms = ways.slice(1).map((next, index) => decidingTerm(ways[index]!, next));
    expect(terms).toEqual(['prefix', 'prefix', 'prefix']);
    const equals = routeTrunks([trunk('a'), trunk('b')], { e164: XL, callerIds: [] }).order;
    expect(decidingTerm(equals[0]!, equals[1]!)).toBe('weight');
  });
});

describe('the number that is shown', () => {
  const [one, two, three] = ['+622150000001', '+622150000002', '+622150000003'];
  const a = trunk('a', { callerIds: [one, two] });
  const b = trunk('b', { priority: 2, callerIds: [two, three] });

  test('is the first wished one that any trunk may show, and only who may show it is asked', () => {
    expect(order([a, b], TELKOMSEL, [three, one])).toBe('b');
    expect(order([a, b], TELKOMSEL, [two])).toBe('a b');
    expect(order([a, b], TELKOMSEL, ['+622159999999'])).toBe('');
  });

  test('a route narrows what its trunk may show', () => {
    const narrow = trunk('a', {
      callerIds: [one, two],
      routes: [route(['telkomsel'], { callerIds: [two] }), route(['+'])],
    });
    expect(order([narrow], TELKOMSEL, [one])).toBe('');
    expect(order([narrow], XL, [one])).toBe('a');
    const way = routeTrunks([narrow], { e164: TELKOMSEL, callerIds: [] }).order[0];
    expect(way?.callerIds).toEqual([two]);
    const foreign = trunk('c', { routes: [route(['+'], { callerIds: [three] })] });
    const { passedOver } = routeTrunks([foreign], { e164: XL, callerIds: [] });
    expect(passedOver).toMatchObject([{ reason: 'caller_id' }]);
  });
});

describe('the share of equals', () => {
  const numbers = Array.from({ length: 4_000 }, (_, n) => `+62812${String(n).padStart(8, '0')}`);
  const firstOf = (trunks: RoutableTrunk[]): string[] =>
    numbers.map((e164) => routeTrunks(trunks, { e164, callerIds: [] }).order[0]!.trunk.id);
  const share = (firsts: string[], id: string): number =>
    firsts.filter((one) => one === id).length / firsts.length;

  test('is that of their weights, less where a trunk does badly', () => {
    const firsts = firstOf([trunk('a', { weight: 300 }), trunk('b'), trunk('c')]);
    expect(share(firsts, 'a')).toBeCloseTo(0.6, 1);
    expect(share(firsts, 'b')).toBeCloseTo(0.2, 1);
    const worse = firstOf([trunk('a', { weight: 300, weightFactor: 1 / 3 }), trunk('b')]);
    expect(share(worse, 'a')).toBeCloseTo(0.5, 1);
  });

  test('a person goes the same way each time, and a trunk that drops out moves nobody else', () => {
    const all = firstOf([trunk('a'), trunk('b'), trunk('c')]);
    expect(firstOf([trunk('c'), trunk('a'), trunk('b')])).toEqual(all);
    const left = firstOf([trunk('a'), trunk('b')]);
    for (const [index, id] of all.entries()) if (id !== 'c') expect(left[index]).toBe(id);
  });
});

describe('a number that rests', () => {
  const [one, two, three] = ['+622150000001', '+622150000002', '+622150000003'];
  const both = trunk('both', { callerIds: [one, two], restingCallerIds: [one] });
  const shown = (trunks: RoutableTrunk[], callerIds: string[]): string[] => {
    const { order } = routeTrunks(trunks, { e164: TELKOMSEL, callerIds });
    return order.map((way) => `${way.trunk.id}: ${way.callerIds.join(' ')}`);
  };

  test('is left out, and the next wished one is taken', () => {
    expect(shown([both], [])).toEqual([`both: ${two}`]);
    expect(shown([both], [one, two])).toEqual([`both: ${two}`]);
    const other = trunk('other', { callerIds: [three] });
    expect(shown([both, other], [one, three])).toEqual([`other: ${three}`]);
  });

  test('is shown where no other may be', () => {
    expect(shown([both], [one])).toEqual([`both: ${one} ${two}`]);
    const alone = trunk('alone', { callerIds: [one], restingCallerIds: [one] });
    expect(shown([alone], [])).toEqual([`alone: ${one}`]);
    expect(shown([alone], [one, three])).toEqual([`alone: ${one}`]);
  });
});

describe('F3: a number that was shown as often as it may be in a day', () => {
  const [one, two, three] = ['+622150000001', '+622150000002', '+622150000003'];
  const limited = (spentCallerIds: string[]) =>
    trunk('limited', { callerIds: [one, two], spentCallerIds });
  const ask = (trunks: RoutableTrunk[], callerIds: string[]) => {
    const { order, passedOver, callerId } = routeTrunks(trunks, { e164: TELKOMSEL, callerIds });
    const shown = order.map((way) => `${way.trunk.id}: ${way.callerIds.join(' ')}`);
    return { shown, callerId, reasons: passedOver.map(({ reason }) => reason) };
  };

  test('is passed over for the next one of the person', () => {
    expect(ask([limited([one])], [])).toMatchObject({ shown: [`limited: ${two}`] });
    expect(ask([limited([one])], [one, two])).toMatchObject({
      ...{ shown: [`limited: ${two}`], callerId: two },
    });
  });

  test('is shown by a trunk that has no such limit', () => {
    const free = trunk('free', { callerIds: [one] });
    expect(ask([limited([one]), free], [one, two])).toMatchObject({
      ...{ shown: [`free: ${one}`], callerId: one },
    });
  });

  test('keeps the call from the trunk when there is no other, even one that rests', () => {
    expect(ask([limited([one, two])], [])).toEqual({
      ...{ shown: [], callerId: null, reasons: ['caller_id_limit'] },
    });
    expect(ask([limited([one])], [one])).toEqual({
      ...{ shown: [], callerId: null, reasons: ['caller_id_limit'] },
    });
    const resting = { ...limited([one]), restingCallerIds: [two] };
    expect(ask([resting], [])).toMatchObject({ shown: [`limited: ${two}`] });
    const other = trunk('other', { callerIds: [three] });
    expect(ask([limited([one, two]), other], [])).toMatchObject({ shown: [`other: ${three}`] });
  });
});
