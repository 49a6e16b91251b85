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
      rejectedCount: 3,
      rejections: [
        { line: 3, field: 'name', reason: 'empty', accepted: 'a value in every row' },
        { line: 3, field: 'phone', reason: 'of another country', accepted: '0812-0000-1234' },
      ],
    };
    expect(formatImportReport(report)).toBe(
      [
        'Dry run of accounts.csv for creditor bank-contoh',
        '        5  would be new',
        '        0  would be changed',
        '       12  unchanged',
        '        3  rejected',
        '',
        '  line 3, name: empty. Accepted: a value in every row',
        '  line 3, phone: of another country. Accepted: 0812-0000-1234',
        '… and 2 more rows, kept with import i1',
        '',
        'Stopped: the file was cut off',
        '',
        'Nothing was changed.',
      ].join('\n'),
    );
  });
});
