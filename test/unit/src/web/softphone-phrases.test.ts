import type { PhraseMark } from '../../../../src/web/softphone/api-answers';
import { WORDS } from '../../../../src/web/softphone/dictionaries';
import { unreadPhrases } from '../../../../src/web/softphone/unread-phrases';

describe('a phrase that has no place in a call', () => {
  const categorySaid = { id: 'Mengancam menyebarkan', en: 'Threatening to publish' };
  const mark = {
    ...{ id: 'm', attemptId: 't', phrase: 'viral', verdict: null, categorySaid },
    at: '2026-11-22T05:00:00Z',
  };
  const unread = (phrases: readonly PhraseMark[], readPhrases: readonly string[] = []) =>
    unreadPhrases({
      phrases,
      readPhrases,
      language: 'id',
      call: { attemptId: 't' },
    });

  test('is told once, in the order in which it was said, until it is read', () => {
    const earlier = { ...mark, id: 'e', phrase: null, at: '2026-11-22T04:59:00Z' };
    expect(unread([{ ...mark, id: 'n' }, mark, earlier])).toEqual({
      ids: ['e', 'n', 'm'],
      said: ['Mengancam menyebarkan', '“viral” (Mengancam menyebarkan)'],
    });
    expect(unread([mark, earlier], ['m', 'e'])).toEqual({ ids: [], said: [] });
    expect(WORDS.id.talk.heardPhrase(['“viral”'])).toContain('santun');
  });

  test('is not told when somebody has dismissed it, nor in another call', () => {
    expect(unread([{ ...mark, verdict: 'dismissed' }]).ids).toEqual([]);
    expect(unread([{ ...mark, attemptId: 'other' }]).ids).toEqual([]);
  });
});
