import { recordingMode, type RecordingMode } from '../../../../dialer/compliance/recording-mode';
import { mayRecord } from '../../../../src/domain/recording-policy';
import { makeFacts } from '../../../support/call-facts';
import { MONDAY, pack } from '../../../support/one-rule';

const one = (mode: RecordingMode, over: Parameters<typeof pack>[1] = {}) =>
  pack({ kind: 'recording', mode }, over);

describe('what the rules say of recording', () => {
  it('is the strictest of the stack that is in force, and for such a call', () => {
    const said = (...stack: ReturnType<typeof pack>[]) =>
      recordingMode(stack, makeFacts({ zones: ['Asia/Jayapura', 'Asia/Jakarta'] }), MONDAY);
    expect(said()).toBeNull();
    expect(said(pack({ kind: 'window', windows: [] }))).toBeNull();
    expect(said(one('all_party'), one('announce'))).toBe('all_party');
    expect(said(one('none'), one('all_party'))).toBe('none');
    expect(said(one('announce'), one('none', { effectiveTo: '2026-11-23' }))).toBe('announce');
    expect(said(one('none', { effectiveFrom: '2026-11-24' }))).toBeNull();
    expect(said(pack({ kind: 'recording', mode: 'none', when: { purpose: ['locate'] } }))).toBe(
      null,
    );
  });

  it('can only take away from what the creditor wants', () => {
    const none = { policy: 'all', hasNotice: false, hasConsent: false } as const;
    expect(mayRecord({ ...none, mode: null })).toBe(true);
    expect(mayRecord({ ...none, mode: 'announce' })).toBe(false);
    expect(mayRecord({ ...none, mode: 'announce', hasNotice: true })).toBe(true);
    expect(mayRecord({ ...none, mode: 'all_party', hasNotice: true })).toBe(false);
    expect(mayRecord({ ...none, mode: 'all_party', hasConsent: true })).toBe(true);
    const all = { policy: 'required', hasNotice: true, hasConsent: true } as const;
    expect(mayRecord({ ...all, mode: 'none' })).toBe(false);
    expect(mayRecord({ ...all, policy: 'never', mode: null })).toBe(false);
  });
});
