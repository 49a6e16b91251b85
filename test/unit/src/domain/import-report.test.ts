import { formatImportReport, type ImportReport } from '../../../../src/domain/import-report';

describe('formatImportReport', () => {
  it('tells counts, the first rejections and where the rest is', () => {
    const report: ImportReport = {
      importId: 'i1',
      creditorCode: 'bank-contoh',
      fileName: 'accounts.csv',
      format: 'csv',
      dryRun: true,
      state: 'failed',
      error: 'the file was cut off',
      fileSha256: null,
      newCount: 5,
      changedCount: 0,
      unchangedCount: 12,
      rejectedCount: 5,
      rejections: [
        { line: 3, field: 'name', reason: 'empty', accepted: 'a value in every row' },
        { line: 3, field: 'phone', reason: 'of another country', accepted: '0812-0000-1234' },
        { line: 5, field: 'name', reason: 'empty', accepted: 'a value in every row' },
        { line: 8, field: 'name', reason: 'empty', accepted: 'a value in every row' },
      ],
    };
    expect(formatImportReport(report)).toBe(
      [
        'Dry run of accounts.csv for creditor bank-contoh',
        '        5  would be new',
        '        0  would be changed',
        '       12  unchanged',
        '        5  rejected',
        '',
        '  line 3 and 2 more, name: empty. Accepted: a value in every row',
        '  line 3, phone: of another country. Accepted: 0812-0000-1234',
        '… and 2 more rows, kept with import i1',
        '',
        'Stopped: the file was cut off',
        '',
        'Nothing was changed.',
      ].join('\n'),
    );
  });

  it('says so when there was nothing below the header', () => {
    const empty: ImportReport = {
      ...{ importId: 'i1', creditorCode: 'bank-contoh', fileName: 'accounts.csv', format: 'csv' },
      ...{ dryRun: false, state: 'done', error: null, fileSha256: 'e3b0', rejections: [] },
      ...{ newCount: 0, changedCount: 0, unchangedCount: 0, rejectedCount: 0 },
    };
    expect(formatImportReport(empty)).toMatch(/The file holds no rows\.$/);
    expect(formatImportReport({ ...empty, unchangedCount: 1 })).not.toMatch(/no rows/);
  });
});
