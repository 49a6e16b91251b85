import { summariseEvidence } from '../../../../src/domain/evidence-summary';
import { evidenceBundle } from '../../../support/evidence-bundle';

it('counts a call to another number in a talk beside the attempts, and on its day', () => {
  const bundle = evidenceBundle();
  const [transfer] = bundle.transfers;
  if (transfer === undefined) throw new Error('no transfer');
  const transfers = [
    transfer,
    // in Jakarta that is another date
    { ...transfer, id: 'transfer-2', invitedAt: '2026-11-23T17:00:00.000Z' },
  ];
  expect(summariseEvidence({ ...bundle, transfers }, bundle)).toMatchObject({
    attempts: 1,
    counted: 1,
    transfers: 2,
    mostOnOneDay: { date: '2026-11-23', calls: 2 },
  });
});
