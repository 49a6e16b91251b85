import { migrate, migrationsFolder } from '../../../../src/db/migrate';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

describe('migrate', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('has nothing left to do on a migrated database, for several runners at once', async () => {
    const folder = migrationsFolder(process.cwd());
    const runs = await Promise.all([1, 2, 3].map(() => migrate(test.db, folder)));
    expect(runs).toEqual([[], [], []]);
  });
});
