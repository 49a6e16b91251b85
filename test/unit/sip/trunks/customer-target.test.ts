import { DEFAULT_CLI_POLICY } from '../../../../src/domain/cli-policy';
import { chooseCallerId, customerTarget } from '../../../../sip/trunks/customer-target';

const trunk = {
  host: 'sbc.example',
  port: 5070,
  transport: 'tcp' as const,
  username: null,
  cliPolicy: DEFAULT_CLI_POLICY,
  callerIds: ['+622150000001', '+622150000002', '+622150000003'],
};

test('a person always sees the same number, and people are spread over all', () => {
  const shown = Array.from({ length: 60 }, (_, n) => chooseCallerId(trunk, [], `phone-${n}`));
  expect(new Set(shown).size).toBe(3);
  expect(chooseCallerId(trunk, [], 'phone-7')).toBe(shown[7]);
});

test('a wish is granted only from the numbers that the trunk may show', () => {
  expect(chooseCallerId(trunk, ['+622150000002'], 'p')).toBe('+622150000002');
  expect(chooseCallerId(trunk, ['+622159999999', '+622150000003'], 'p')).toBe('+622150000003');
  expect(chooseCallerId(trunk, ['+622159999999'], 'p')).toBeNull();
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
