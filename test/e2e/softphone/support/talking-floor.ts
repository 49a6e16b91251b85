import type { Cleanups } from '../../../support/cleanups';
import { CallFloor } from '../../calls/support/call-floor';
import { TrunkPeer } from '../../calls/support/trunk-peer';
import { openTarget } from '../../conformance/support/conformance-target';
import { RtpPeer } from '../../media/support/rtp-peer';
import { Rtpengine } from '../../media/support/rtpengine';
import { SoftphoneFloor } from './softphone-floor';

export const DEBTOR_HERTZ = 1_000;

/** A floor whose debtors answer, and hum. */
export async function openTalkingFloor(cleanups: Cleanups): Promise<SoftphoneFloor> {
  const engine = cleanups.add(await Rtpengine.start());
  const calls = await CallFloor.open({ wrapUpLimitMs: 60_000 }, () => openTarget(), {
    engines: [engine.address],
    silenceLimitMs: 10_000,
  });
  const floor = cleanups.add(await SoftphoneFloor.open(calls));
  const debtor = cleanups.add(await RtpPeer.open(DEBTOR_HERTZ));
  const trunk = cleanups.add(await TrunkPeer.open('talk'));
  trunk.describe = () => {
    debtor.talkTo(trunk.offers.at(-1)!);
    return debtor.sdp();
  };
  await calls.addTrunk({ port: trunk.port });
  return floor;
}
