import { SourceScreen } from '../../../../sip/screen/source-screen';
import type { Transport } from '../../../../sip/embedded/transport/flow';
import { MemoryFlow } from '../embedded/support/memory-flow';

const TRUNK = '192.0.2.10';
const STRANGER = '198.51.100.7';

function open() {
  const clock = { nowMs: 0 };
  const banned: string[] = [];
  const dropped: string[] = [];
  const screen = new SourceScreen(
    { onBanned: (address) => banned.push(address), onDropped: (why) => dropped.push(why) },
    () => clock.nowMs,
  );
  screen.admitOnly({ trunks: [TRUNK, '2001:DB8:0::1'], softphones: [] });
  const flow = (address: string, transport: Transport = 'udp', port = 5090) =>
    new MemoryFlow(clock, transport, address, port);
  const strike = (address: string, times: number, transport: Transport = 'udp') => {
    for (let time = 0; time < times; time++) screen.admits(flow(address, transport), 'OPTIONS');
  };
  return { clock, banned, dropped, screen, flow, strike };
}

test('trunks speak, from any port and in any spelling of their address; others only register', () => {
  const { screen, flow, dropped } = open();
  for (const address of [TRUNK, `::ffff:${TRUNK}`, '2001:db8::1'])
    expect(screen.admits(flow(address, 'tcp', 40_000), 'INVITE')).toBe(true);
  expect(screen.admits(flow(STRANGER), 'REGISTER')).toBe(true);
  for (const method of ['INVITE', 'OPTIONS', 'BYE', null])
    expect(screen.admits(flow(STRANGER), method)).toBe(false);
  expect(screen.knows(flow(STRANGER))).toBe(false);
  expect(dropped).toEqual(Array(4).fill('unknown_source'));
  screen.admitOnly({ trunks: [], softphones: [] });
  expect(screen.knows(flow(TRUNK))).toBe(false);
});

test('ten strikes within a minute ban a source for ten minutes, on that transport', () => {
  const { clock, screen, flow, strike, banned, dropped } = open();
  strike(STRANGER, 9);
  clock.nowMs = 60_000;
  strike(STRANGER, 9);
  expect(banned).toEqual([]);
  strike(STRANGER, 1);
  expect(banned).toEqual([STRANGER]);
  expect(screen.admits(flow(STRANGER, 'udp', 1_234), 'REGISTER')).toBe(false);
  expect(dropped.at(-1)).toBe('banned');
  // the datagrams may have been forged
  expect(screen.admits(flow(STRANGER, 'tcp'), 'REGISTER')).toBe(true);
  expect(screen.admits(flow('198.51.100.8'), 'REGISTER')).toBe(true);
  clock.nowMs += 599_999;
  expect(screen.admits(flow(STRANGER), 'REGISTER')).toBe(false);
  clock.nowMs += 1;
  expect(screen.admits(flow(STRANGER), 'REGISTER')).toBe(true);
});

test('a registered softphone speaks on its connection, or from its address over UDP', () => {
  const { screen, flow } = open();
  const connection = flow(STRANGER, 'ws', 40_001);
  screen.registerAnswered(connection, 'ayu', 401);
  expect(screen.knows(connection)).toBe(false);
  screen.registerAnswered(connection, 'ayu', 200);
  expect(screen.knows(connection)).toBe(true);
  expect(screen.knows(flow(STRANGER, 'ws', 40_002))).toBe(false);
  expect(screen.knows(flow(STRANGER, 'udp'))).toBe(false);
  screen.registerAnswered(flow(STRANGER), 'ayu', 200);
  expect(screen.knows(flow(STRANGER, 'udp', 9_999))).toBe(true);
  // registered at another process
  const address = '203.0.113.9';
  screen.admitOnly({ trunks: [], softphones: [{ address, transport: 'udp' }] });
  expect(screen.knows(flow(address))).toBe(true);
  expect(screen.knows(flow(STRANGER))).toBe(false);
});

test('one who mistypes a password bans nobody; ten users guessed from one source are a scan', () => {
  const { screen, flow, banned } = open();
  const connection = flow(STRANGER, 'tcp');
  for (let guess = 0; guess < 50; guess++) screen.registerAnswered(connection, 'ayu', 403);
  expect(banned).toEqual([]);
  for (let user = 0; user < 9; user++) screen.registerAnswered(connection, `${user}`, 403);
  expect(banned).toEqual([STRANGER]);
});

test('an address from which an agent is registered is never banned', () => {
  const { screen, flow, strike, banned } = open();
  screen.admitOnly({ trunks: [], softphones: [{ address: STRANGER, transport: 'ws' }] });
  strike(STRANGER, 50, 'tcp');
  for (let user = 0; user < 50; user++)
    screen.registerAnswered(flow(STRANGER, 'ws'), `${user}`, 403);
  expect(banned).toEqual([]);
  expect(screen.admits(flow(STRANGER, 'tcp'), 'REGISTER')).toBe(true);
});

test('WebSockets are counted one by one: a proxy may carry those of all agents', () => {
  const { screen, flow, banned } = open();
  const scan = flow(STRANGER, 'ws', 40_001);
  for (let user = 0; user < 10; user++) screen.registerAnswered(scan, `${user}`, 403);
  expect(banned).toEqual([STRANGER]);
  expect(screen.admits(scan, 'REGISTER')).toBe(false);
  expect(screen.admits(flow(STRANGER, 'ws', 40_002), 'REGISTER')).toBe(true);
});
