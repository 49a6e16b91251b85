import { chooseAnnouncement } from '../../../../src/domain/announcement';

const of = (
  kind: 'queue_music' | 'safe_message',
  language: 'id' | 'en',
  creditorId: string | null,
) => ({ kind, language, creditorId });
const own = 'a creditor';

test('what is said must be understood: the language goes before the creditor', () => {
  const [houseId, houseEn, ownEn] = [
    of('safe_message', 'id', null),
    of('safe_message', 'en', null),
    of('safe_message', 'en', own),
  ];
  const wish = { kind: 'safe_message', language: 'id' } as const;
  expect(chooseAnnouncement([ownEn, houseEn, houseId], wish)).toBe(houseId);
  expect(chooseAnnouncement([houseEn, ownEn], wish)).toBe(ownEn);
  expect(chooseAnnouncement([houseEn, ownEn], { ...wish, language: 'en' })).toBe(ownEn);
  // somebody who speaks neither hears what there is
  expect(chooseAnnouncement([houseEn], { ...wish, language: 'jv' })).toBe(houseEn);
});

test("music is the creditor's first; nothing stands for another kind", () => {
  const [house, mine] = [of('queue_music', 'id', null), of('queue_music', 'en', own)];
  const wish = { kind: 'queue_music', language: 'id' } as const;
  expect(chooseAnnouncement([house, mine], wish)).toBe(mine);
  expect(chooseAnnouncement([of('safe_message', 'id', null)], wish)).toBeNull();
});
