import {
  EXPERIMENT,
  makeExperimentFloor,
  type ExperimentFloor,
} from '../../support/experiment-floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const DAY_MS = 86_400_000;

let test: TestDatabase;
let floor: ExperimentFloor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeExperimentFloor(test.db);
});
afterEach(() => test.drop());

describe('an experiment that runs', () => {
  beforeEach(() => floor.apply({ experiment: EXPERIMENT }));

  it('is as it was said, under its name', async () => {
    const { name } = EXPERIMENT;
    expect(
      await floor.refusal({ experiment: { ...EXPERIMENT, metric: 'promise_percent', alpha: 0.1 } }),
    ).toEqual([
      'experiment.metric: is not as it was said before the first call, and the experiment runs; ' +
        '"right_party_percent"; or another name: a new experiment',
      'experiment.alpha: is not as it was said before the first call, and the experiment runs; ' +
        '0.05; or another name: a new experiment',
    ]);
    expect(await floor.refusal({ retry: { busy: { afterMinutes: 30 } } })).toEqual([
      `retry: is what the experiment ${name} compares, and it runs; as it was; or no experiment, or one of another name`,
    ]);
    await expect(
      test.db.query(`update experiment set definition = '{}' where name = $1`, [name]),
    ).rejects.toThrow();
  });

  it('goes on while what both arms share is edited', async () => {
    const edited = await floor.apply({ share: { priority: 5, weight: 3 } });
    expect([edited.outcome, (await floor.newest()).state]).toEqual(['changed', 'running']);
    expect(await floor.apply({})).toMatchObject({ outcome: 'unchanged' });
    expect(await floor.experiments()).toHaveLength(1);
  });

  it('is withdrawn when it is taken out, or another takes its place; names serve once', async () => {
    await floor.apply({ experiment: { ...EXPERIMENT, name: 'second' } });
    const states = async () => (await floor.experiments()).map((row) => `${row.name} ${row.state}`);
    expect(await states()).toEqual(['second running', 'work-number-first withdrawn']);
    await floor.apply({}, ['experiment']);
    expect(await states()).toEqual(['second withdrawn', 'work-number-first withdrawn']);
    expect((await test.db.query('select split from campaign')).rows).toEqual([{ split: null }]);
    expect(await floor.refusal({ experiment: EXPERIMENT })).toEqual([
      'experiment.name: was the name of an experiment that is over: withdrawn; a name that was not used here',
    ]);
    // now the parts may be changed
    expect(await floor.apply({ retry: {} })).toMatchObject({ outcome: 'changed' });
  });

  it('may stay in the document when it is over, as it was', async () => {
    const people = await floor.addPeople(2);
    await floor.busyCalls(4);
    await floor.look();
    for (const debtorId of people.challenger) await floor.complain(debtorId);
    expect(await floor.look()).toMatchObject([{ state: 'guarded' }]);
    expect(await floor.apply({ retry: {} })).toMatchObject({ outcome: 'changed' });
    expect(await floor.refusal({ experiment: { ...EXPERIMENT, share: 10 } })).toEqual([
      'experiment.name: was the name of an experiment that is over: guarded; a name that was not used here',
    ]);
    expect((await floor.newest()).state).toBe('guarded');
  });
});

it('may be changed as long as the campaign was never started', async () => {
  await test.db.query(`update campaign set state = 'draft'`);
  await floor.apply({ experiment: EXPERIMENT });
  expect(await floor.look()).toEqual([]);
  await floor.apply({ experiment: { ...EXPERIMENT, share: 10 } });
  const rows = await floor.experiments();
  expect(rows.map(({ definition }) => definition.share)).toEqual([10]);
  await floor.apply({}, ['experiment']);
  expect(await floor.experiments()).toEqual([]);
});

it.each([
  ['2020-01-01', 'is in the past'],
  [
    new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10),
    "is over before anybody's 7 days are",
  ],
])('refuses an end on %s', async (endsOn, reason) => {
  const [problem] = await floor.refusal({ experiment: { ...EXPERIMENT, endsOn } });
  expect(problem).toContain(`experiment.endsOn: ${reason}; 20`);
});
