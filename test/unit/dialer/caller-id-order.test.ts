import fc from 'fast-check';
import { callerIdOrder } from '../../../dialer/caller-id-order';

const NUMBERS = ['+622150001001', '+622150001002', '+622150001003', '+622150001004'];
const person = fc.record({
  debtorId: fc.uuid(),
  province: fc.constantFrom('ID-JK', 'ID-BA', null),
});
const lists = fc.shuffledSubarray(NUMBERS, { minLength: 1 });

test('a person always sees the same number, however the list is written', () => {
  fc.assert(
    fc.property(person, lists, fc.nat(), (one, callerIds, n) => {
      const again = [
        ...callerIds.slice(n % callerIds.length),
        ...callerIds.slice(0, n % callerIds.length),
      ];
      expect(callerIdOrder({ callerIds: again }, one)).toEqual(callerIdOrder({ callerIds }, one));
      expect(callerIdOrder({ callerIds }, one).sort()).toEqual([...callerIds].sort());
    }),
  );
});

test('a number that leaves the list changes only what those see who had it', () => {
  fc.assert(
    fc.property(person, lists, (one, callerIds) => {
      const [gone] = callerIds;
      const before = callerIdOrder({ callerIds }, one);
      const left = callerIdOrder({ callerIds: callerIds.filter((id) => id !== gone) }, one);
      expect(left).toEqual(before.filter((id) => id !== gone));
    }),
  );
});

test('people are spread evenly over the list', () => {
  const first = Array.from({ length: 4_000 }, (_, n) =>
    callerIdOrder({ callerIds: NUMBERS }, { debtorId: `person-${n}`, province: null }).at(0),
  );
  for (const number of NUMBERS) {
    const share = first.filter((one) => one === number).length / first.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  }
});

test('the number of the province comes first, where there is one', () => {
  const callerIdByProvince = { 'ID-BA': '+62361001234' };
  const at = (province: string | null, callerIds?: readonly string[]) =>
    callerIdOrder({ callerIdByProvince, callerIds }, { debtorId: 'p', province });
  expect(at('ID-BA')).toEqual(['+62361001234']);
  expect(at('ID-JK')).toEqual([]);
  expect(at(null, ['+622150001001'])).toEqual(['+622150001001']);
  expect(at('ID-BA', ['+62361001234', '+622150001001'])).toEqual(['+62361001234', '+622150001001']);
  const only = { callerId: '+622150001009', callerIdByProvince };
  expect(callerIdOrder(only, { debtorId: 'p', province: 'ID-BA' })[1]).toBe('+622150001009');
  expect(callerIdOrder(only, { debtorId: 'p', province: 'ID-JK' })).toEqual(['+622150001009']);
});
