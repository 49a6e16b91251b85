import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { newBranch, newToken, PeerDialog } from '../../support/sip-peer/peer-dialog';
import { openRawWebSocket } from '../../support/sip-peer/raw-web-socket';
import { adminExchange } from './support/admin-exchange';
import { appHangsUp, incomingCall, placeCall, refusalOf } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { EXPENDABLE_URL } from './support/conformance-target';
import { mayDiffer } from './support/reported-differences';
import { within } from './support/within';

/**
 * What an attacker without credentials can send. drachtio-server is open to each of these and needs a
 * guard in front of it; the embedded server must stand alone.
 */
const suite = conformanceSuite(EXPENDABLE_URL);

const attack = (name: string, harm: string, run: () => Promise<void>): void => {
  test(
    `${name}: ${harm}`,
    mayDiffer(suite, name, harm, async () => {
      const lossesBefore = suite.app.lossCount;
      const failure = await run()
        .then(expectStillServing)
        .then(
          () => undefined,
          (error: unknown) => error as Error,
        );
      await suite.reconnected();
      if (suite.app.lossCount > lossesBefore) throw new Error('the server died');
      if (failure) throw failure;
    }),
  );
};

/** Against a server of others only where one is named that may be lost: DRACHTIO_EXPENDABLE_URL. */
const lethalAttack = (name: string, harm: string, run: () => Promise<void>): void => {
  attack(name, harm, async () => {
    if (!suite.target.embedded && EXPENDABLE_URL === undefined) {
      throw new Error('not tried: name a server that may die in DRACHTIO_EXPENDABLE_URL');
    }
    await run();
  });
};

const isRequestLine = (line: string): boolean => !line.startsWith('SIP/2.0 ');

async function expectStillServing(): Promise<void> {
  await within(5_000, incomingCall(suite).then(appHangsUp)).catch((error: unknown) => {
    throw new Error(`the server no longer serves: ${String(error).slice(0, 80)}`);
  });
}

describe('a stranger who wants the server to send for him', () => {
  const victimsMail = async (requestUri: (victim: string) => string, routes: string[]) => {
    const [stranger, victim] = [await suite.udpPeer(), await suite.udpPeer()];
    const call = suite.callFrom(stranger);
    call.remote.tag = newToken();
    const self = `<sip:${suite.app.hostPort('udp')};lr>`;
    call.routeSet = [self, ...routes.map((route) => route.replace('VICTIM', victim.hostPort))];
    call.say('MESSAGE', { requestUri: requestUri(victim.hostPort), body: 'buy' });
    await suite.barrier(stranger);
    await suite.barrier(victim);
    return victim.seen.map(({ message }) => message.startLine).filter(isRequestLine);
  };

  attack('a request with a To tag and a foreign Route', 'open relay', async () => {
    const own = (): string => `sip:someone@${suite.app.hostPort('udp')}`;
    expect(await victimsMail(own, ['<sip:VICTIM;lr>'])).toEqual([]);
  });

  attack('a request with a To tag and a foreign Request-URI', 'open relay', async () => {
    expect(await victimsMail((victim) => `sip:someone@${victim}`, [])).toEqual([]);
  });

  attack('a response with a second Via', 'open relay', async () => {
    const [stranger, victim] = [await suite.udpPeer(), await suite.udpPeer()];
    const response = [
      'SIP/2.0 200 OK',
      `Via: SIP/2.0/UDP ${suite.app.hostPort('udp')};branch=${newBranch()}`,
      `Via: SIP/2.0/UDP ${victim.hostPort};branch=${newBranch()}`,
      `From: <sip:a@${victim.hostPort}>;tag=1`,
      `To: <sip:b@${victim.hostPort}>;tag=2`,
      `Call-ID: ${newToken()}`,
      'CSeq: 1 INVITE',
      'Content-Length: 0',
    ];
    stranger.send(`${response.join('\r\n')}\r\n\r\n`, suite.app.hostPort('udp'));
    await suite.barrier(stranger);
    await suite.barrier(victim);
    expect(victim.count((m) => m.cseqMethod === 'INVITE')).toBe(0);
  });
});

describe('a stranger who wants to meddle with a call', () => {
  attack('a BYE without a To tag', 'ends a call (RFC 3261 section 12.2.2)', async () => {
    const established = await incomingCall(suite);
    const { peer, call, dialog } = established;
    let ended = false;
    dialog.on('destroy', () => (ended = true));
    call.bye({ withoutToTag: true });
    const answer = await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'BYE');
    expect(answer.message.status).toBe(481);
    await suite.barrier(peer);
    expect(ended).toBe(false);
    await appHangsUp(established);
  });

  attack('a BYE with a guessed To tag', 'ends a call', async () => {
    const { peer, call, dialog } = await incomingCall(suite);
    const tag = call.remote.tag;
    call.remote.tag = 'guessed';
    call.bye();
    await peer.response(481, 'BYE');
    call.remote.tag = tag;
    await appHangsUp({ peer, call, dialog });
  });

  attack('a BYE with another From tag', 'ends a call', async () => {
    const { peer, call, dialog } = await incomingCall(suite);
    const tag = call.local.tag;
    call.local.tag = 'guessed';
    call.bye();
    await peer.response(481, 'BYE');
    call.local.tag = tag;
    await appHangsUp({ peer, call, dialog });
  });

  attack('a request with a lower CSeq', 'is served (section 12.2.2 wants 500)', async () => {
    const { peer, call, dialog } = await incomingCall(suite);
    call.say('INFO', { cseq: 3 });
    const answer = await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'INFO');
    expect(answer.message.status).toBe(500);
    await appHangsUp({ peer, call, dialog });
  });

  attack('the same INVITE over two ways', 'rings twice (section 8.2.2.2 wants 482)', async () => {
    const peer = await suite.udpPeer();
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { res } = await suite.app.request('INVITE', user);
    const merged = call.request('INVITE', { cseq: call.cseq, body: audioSdp('caller') });
    call.transmit(merged);
    const answer = await peer.response(482, 'INVITE');
    call.transmit(
      call.request('ACK', { cseq: call.cseq, branch: answer.message.branch, contact: null }),
    );
    expect(suite.app.requestsFor('INVITE', user)).toHaveLength(1);
    res.send(486);
    call.ack((await peer.response(486)).message);
  });
});

describe('an agent who wants the calls of somebody else', () => {
  attack('a registered Contact with a debtor’s address', 'takes the trunk’s calls', async () => {
    const [softphone, trunk] = [await suite.wsPeer(), await suite.udpPeer()];
    const [agent, debtor] = [newUser(), newUser()];
    const contact = `<sip:${debtor}@${trunk.hostPort}>`;
    suite.callFrom(softphone, agent).say('REGISTER', { contact });
    const { res } = await suite.app.request('REGISTER', agent);
    res.send(200, { headers: { Contact: `${contact};expires=600` } });
    await softphone.response(200, 'REGISTER');
    const placed = placeCall(suite, trunk.contactUri(debtor));
    const invite = await trunk.request('INVITE');
    PeerDialog.called(trunk, invite).answer(invite, 486);
    expect((await refusalOf(placed)).status).toBe(486);
    expect(softphone.count((m) => m.method === 'INVITE')).toBe(0);
  });
});

describe('a stranger at the other doors', () => {
  attack('a command before authentication', 'takes calls away from the app', async () => {
    const answer = await adminExchange(suite.target.admin, 'route|INVITE').catch(() => ['closed']);
    expect(answer[0]).not.toBe('OK');
  });

  attack('a WebSocket without the subprotocol sip', 'RFC 7118 section 4.1', async () => {
    const open = (subprotocols: string[]): Promise<unknown> =>
      suite.wsPeer({ subprotocols }).then(
        () => 'accepted',
        () => 'refused',
      );
    expect(await open(['chat'])).toBe('refused');
    expect(await open([])).toBe('refused');
  });
});

describe('a stranger who wants to stop the server', () => {
  lethalAttack('an INVITE with Contact: tel:+1>', 'one datagram ends it', async () => {
    const peer = await suite.udpPeer();
    const user = newUser();
    suite.callFrom(peer, user).invite({ contact: 'tel:+1>', body: audioSdp('caller') });
    await suite.barrier(peer);
    for (const { req, res } of suite.app.requestsFor('INVITE', user)) {
      const answered = suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
      // drachtio dies here, and an app is then never told what became of its answer
      await within(
        2_000,
        answered.then((dialog) => dialog.destroy()),
      ).catch(() => undefined);
    }
  });

  lethalAttack('a WebSocket frame that claims 1 TB', 'ends it', async () => {
    const socket = await openRawWebSocket(suite.app.hostPort('ws'));
    const header = Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.concat([header, Buffer.alloc(1000, 'x')]));
    try {
      await within(5_000, closed);
    } finally {
      socket.destroy();
    }
  });

  lethalAttack('an OPTIONS with a folded Call-ID of 22 kB', 'mutes it', async () => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    const folded = `Call-ID: ${Array.from({ length: 310 }, () => 'x'.repeat(70)).join('\r\n ')}`;
    call.transmit(call.request('OPTIONS').replace(/^Call-ID: .*$/m, folded));
    await suite.barrier(await suite.udpPeer());
  });
});
