import { columnName, findDelimiter, headerProblem } from '../../../../src/domain/import-columns';

describe('header of an import', () => {
  const good = ['external_account_id', 'name', 'amount_due', 'due_date', 'phone', 'phone_owner'];

  it('takes names as people write them', () => {
    expect(['External Account-ID', ' NAME '].map(columnName)).toEqual([
      'external_account_id',
      'name',
    ]);
    expect(headerProblem(good)).toBeNull();
  });

  it.each([
    [[...good, 'phone2'], /unknown column "phone2": is "phone_2" meant\?/],
    [[...good, 'shoe size'], /unknown column "shoe size"$/],
    [[...good, 'name'], /column "name" is there twice/],
    [[...good, ''], /a column has no name/],
    [good.slice(1), /column "external_account_id" is missing/],
    [
      ['external_account_id', 'name', 'due_date'],
      /column "amount_due" \(or "amount_due_minor"\) is missing/,
    ],
    [['ac-1', 'budi_santoso', '081200001234'], /^the first line is not a header$/],
    [['sep=', ''], /^the first line is a note to a spreadsheet$/],
    [['{"name":"budi"', '"amount_due":1}'], /^the file is JSON, not CSV$/],
  ])('refuses %j', (names, reason) => {
    expect(headerProblem(names)?.reason).toMatch(reason);
  });

  it('finds the delimiter by the names it makes', () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      expect(findDelimiter(good.join(delimiter))).toBe(delimiter);
    }
    expect(findDelimiter('"name";"due_date, ISO"')).toBe(';');
  });
});
