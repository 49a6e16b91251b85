import { messageFault } from '../../../../src/domain/message-kind';
import { asksForMoney, bindsMessage } from '../../../../src/domain/message-rules';
import { MISSED_CALL_MESSAGE } from '../../../../src/domain/missed-call-message';

const OF_DEBT =
  /utang|tagih|tunggak|bayar|pinjam|cicil|angsur|jatuh tempo|debt|owe|overdue|collect|pay|loan|instalment|due|\d|Rp/i;

test('what is said of a missed call says nothing of a debt, in either language', () => {
  for (const text of Object.values(MISSED_CALL_MESSAGE)) {
    expect(text).not.toMatch(OF_DEBT);
    expect(messageFault(text)).toBeNull();
  }
});

test('it asks for no money; caps of the law bind it, those of the house do not', () => {
  expect(asksForMoney('missed_call')).toBe(false);
  expect(bindsMessage('missed_call', { kind: 'cap', force: 'law' }, false)).toBe(true);
  expect(bindsMessage('missed_call', { kind: 'cap', force: 'policy' }, false)).toBe(false);
  expect(bindsMessage('missed_call', { kind: 'cap', force: 'policy' }, true)).toBe(true);
});
