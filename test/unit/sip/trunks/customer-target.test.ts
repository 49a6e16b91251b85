import { DEFAULT_CLI_POLICY } from '../../../../src/domain/cli-policy';
import {
  chooseCallerId,
  customerTarget,
  inPersonsOrder,
} from '../../../../sip/trunks/customer-target';

const trunk = {
  host: 'sbc.example',
  port: 5070,
  transport: 'tcp' as const,
  username: null,
  cliPolicy: DEFAULT_CLI_POLICY,
  callerIds: ['+622150000001', '+622150000002', '+622150000003'],
};

test('F3: a person always sees the same number, and people are spread over all', () => {
  const orderOf = (n: number): string[] => inPersonsOrder(trunk.callerIds, `phone-${n}`);
  const orders = Array.from({ length: 60 }, (_, n) => orderOf(n));
  expect(new Set(orders.map(([first]) => first)).size).toBe(3);
  expect(orderOf(7)).toEqual(orders[7]);
  for (const order of orders) expect([...order].sort()).toEqual(trunk.callerIds);
  const [callerIds = []] = orders;
  expect(chooseCallerId({ callerIds }, [])).toBe(callerIds[0]);
});

test('a wish is granted only from the numbers that the trunk may show', () => {
  expect(chooseCallerId(trunk, ['+622150000002'])).toBe('+622150000002');
  expect(chooseCallerId(trunk, ['+622159999999', '+622150000003'])).toBe('+622150000003');
  expect(chooseCallerId(trunk, ['+622159999999'])).toBeNull();
});

test('the INVITE names number and caller, and nothing of ours', () => {
  const phone = { id: 'p-1', owner: 'debtor', e164: '+6281200000001' } as const;
  expect(customerTarget(trunk, phone, '+622150000001')).toEqual({
    uri: 'sip:+6281200000001@sbc.example:5070;transport=tcp',
    headers: {
      From: '<sip:+622150000001@sbc.example>',
      To: '<sip:+6281200000001@sbc.example>',
      'P-Asserted-Identity': '<sip:+622150000001@sbc.example>',
    },
  });
});
