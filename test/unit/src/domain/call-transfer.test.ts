import {
  moveTransfer,
  refuseTransfer,
  TRANSFER_STATES,
  type TransferFacts,
} from '../../../../src/domain/call-transfer';
import { TransitionError } from '../../../../src/domain/transition-error';

const facts = (of: Partial<TransferFacts>): TransferFacts => ({
  purpose: 'collect',
  isTransferring: false,
  sipInstanceId: 'one',
  target: { kind: 'phone', isPersons: true, isDialed: false },
  ...of,
});
const colleague = (session: { state: 'ready' | 'paused'; sipInstanceId: string } | null) =>
  facts({ target: { kind: 'agent', isSelf: false, session } });
const office = (isListed: boolean, isSomebodys = false) =>
  facts({ target: { kind: 'office', isListed, isSomebodys } });

describe('a transfer', () => {
  it('never leaves an end', () => {
    for (const from of ['completed', 'failed', 'cancelled'] as const)
      for (const to of TRANSFER_STATES) {
        expect(() => moveTransfer(from, to)).toThrow(TransitionError);
      }
  });

  it('goes to a ready colleague at the same process', () => {
    expect(refuseTransfer(colleague({ state: 'ready', sipInstanceId: 'one' }))).toBeNull();
    expect(refuseTransfer(colleague({ state: 'paused', sipInstanceId: 'one' }))).toBe(
      'agent_not_ready',
    );
    expect(refuseTransfer(colleague(null))).toBe('agent_not_ready');
    expect(refuseTransfer(colleague({ state: 'ready', sipInstanceId: 'two' }))).toBe(
      'agent_elsewhere',
    );
    const self = facts({ target: { kind: 'agent', isSelf: true, session: null } });
    expect(refuseTransfer(self)).toBe('to_self');
  });

  it('goes to another number of the same person', () => {
    expect(refuseTransfer(facts({}))).toBeNull();
    const somebodys = facts({ target: { kind: 'phone', isPersons: false, isDialed: false } });
    expect(refuseTransfer(somebodys)).toBe('not_the_persons');
    const same = facts({ target: { kind: 'phone', isPersons: true, isDialed: true } });
    expect(refuseTransfer(same)).toBe('already_on_the_line');
  });

  it('goes to an office on the list, which is nobody’s phone', () => {
    expect(refuseTransfer(office(true))).toBeNull();
    expect(refuseTransfer(office(false))).toBe('office_not_listed');
    expect(refuseTransfer(office(true, true))).toBe('office_is_a_persons');
  });

  it('is one at a time, and leads nowhere outside from a call that asks where somebody is', () => {
    expect(refuseTransfer(facts({ isTransferring: true }))).toBe('transfer_open');
    expect(refuseTransfer({ ...office(true), purpose: 'locate' })).toBe('locate_call');
    expect(refuseTransfer({ ...facts({}), purpose: 'locate' })).toBe('locate_call');
  });
});
