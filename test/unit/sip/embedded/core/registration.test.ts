import type { MemoryFlow } from '../support/memory-flow';
import { Harness } from '../support/harness';

const CONTACT = '<sip:k3x@f81.invalid;transport=ws>';
let server: Harness;
let browser: MemoryFlow;
beforeEach(() => {
  server = new Harness();
  browser = server.network.flow('ws', '192.0.2.50', 40_001);
});

function register(expires: string, granted: string[], flow = browser, branch = 'z9hG4bKreg'): void {
  const via = `Via: SIP/2.0/WS f81.invalid;branch=${branch};rport`;
  const callId = branch;
  server.request(
    { method: 'REGISTER', contact: `${CONTACT}${expires}`, via, branch, callId },
    flow,
  );
  server.appAnswers('REGISTER', 200, granted);
}

const call = (): ReturnType<Harness['appSends']> =>
  server.appSends('INVITE', { uri: 'sip:k3x@f81.invalid;transport=ws' });

test('an INVITE to a registered contact goes down the connection of its REGISTER', () => {
  register(';expires=60', [`Contact: ${CONTACT};expires=60`]);
  expect(call()?.fields[1]).toBe('OK');
  expect(browser.startLines().at(-1)).toBe('INVITE sip:k3x@f81.invalid;transport=ws SIP/2.0');
  server.answer('INVITE', 200, { contact: CONTACT }, browser);
  const dialogId = server.dialogId('SIP/2.0 200');
  server.appSends('ACK', { dialogId });
  server.appSends('BYE', { dialogId });
  expect(
    browser
      .startLines()
      .slice(-2)
      .map((line) => line.split(' ')[0]),
  ).toEqual(['ACK', 'BYE']);
});

test('one the application did not accept binds nothing', () => {
  const via = 'Via: SIP/2.0/WS f81.invalid;branch=z9hG4bKr;rport';
  server.request({ method: 'REGISTER', contact: CONTACT, via }, browser);
  server.appAnswers('REGISTER', 401);
  expect(call()?.fields[1]).toBe('NOK');
});

test.each([
  [
    'its expiry as granted',
    () => {
      server.scheduler.advance(60_000);
    },
  ],
  [
    'an expiry of 0',
    () => {
      register(';expires=0', [], browser, 'z9hG4bKoff');
    },
  ],
  [
    'the end of the connection',
    () => {
      browser.close();
    },
  ],
])('ends with %s', (_name, end) => {
  register(';expires=600', [`Contact: ${CONTACT};expires=60`]);
  end();
  expect(server.core.bindings.size).toBe(0);
  expect(call()?.fields[1]).toBe('NOK');
});

test('a REGISTER on a new connection takes the binding over, and standing calls with it', () => {
  register(';expires=60', []);
  call();
  server.answer('INVITE', 200, { contact: CONTACT }, browser);
  const dialogId = server.dialogId('SIP/2.0 200');
  server.appSends('ACK', { dialogId });
  browser.close();
  const again = server.network.flow('ws', '192.0.2.50', 40_002);
  register(';expires=60', [], again, 'z9hG4bKagain');
  server.appSends('BYE', { dialogId });
  expect(again.startLines().at(-1)).toBe('BYE sip:k3x@f81.invalid;transport=ws SIP/2.0');
});

test('a call to a connection that breaks fails at once', () => {
  register(';expires=60', []);
  call();
  server.answer('INVITE', 180, { contact: CONTACT }, browser);
  browser.close();
  expect(server.delivered('SIP/2.0 503')).toHaveLength(1);
});

test.each([
  ['another transport', 'sip:debtor@192.0.2.7:5090', 'sip:debtor@192.0.2.7:5090'],
  ['another port', 'sip:debtor@192.0.2.7;transport=ws', 'sip:debtor@192.0.2.7:5090'],
])('a Contact that names a trunk, by %s, does not draw its calls', (_name, contact, dialled) => {
  const via = 'Via: SIP/2.0/WS f81.invalid;branch=z9hG4bKr;rport';
  server.request({ method: 'REGISTER', contact: `<${contact}>`, via }, browser);
  server.appAnswers('REGISTER', 200, [`Contact: <${contact}>;expires=60`]);
  server.appSends('INVITE', { uri: dialled });
  expect(server.count('INVITE')).toBe(1);
  expect(server.count('INVITE', browser)).toBe(0);
});
