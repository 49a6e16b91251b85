import fc from 'fast-check';
import { reflectionInput } from '../../../../src/domain/reflection';
import {
  dropDrafts,
  EMPTY_DRAFTS,
  keepDrafts,
  keepReflection,
  keptDrafts,
  keptReflection,
} from '../../../../src/web/softphone/kept-drafts';
import { EMPTY_DRAFT } from '../../../../src/web/softphone/outcome-draft';
import {
  blankFields,
  emptyReflection,
  reflectionBody,
  type ReflectionDraft,
} from '../../../../src/web/softphone/reflection-draft';
import { EMPTY_TALK } from '../../../../src/web/softphone/talk-draft';

const AT = new Date('2026-11-22T05:00:00Z');

/** A browser's storage, as far as it is used. */
function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe('what is typed is not lost', () => {
  test('a page that is loaded anew in the same call has it again, another call has not', () => {
    const place = storage();
    const drafts = {
      draft: { ...EMPTY_DRAFT, code: 'RPC_PLAN', note: 'besok' },
      talk: { ...EMPTY_TALK, income: '5000000', wishDays: [7], hasEvidence: true },
    } as const;
    keepDrafts(place, 'a', drafts);
    expect(keptDrafts(place, 'a')).toEqual(drafts);
    expect(keptDrafts(place, 'b')).toEqual(EMPTY_DRAFTS);
    dropDrafts(place);
    expect(place.kept.size).toBe(0);
    expect(keptDrafts(place, 'a')).toEqual(EMPTY_DRAFTS);
  });

  test('what another version of the page kept does no harm', () => {
    const place = storage();
    fc.assert(
      fc.property(fc.json(), (text) => {
        place.setItem('santun.drafts', text);
        expect(keptDrafts(place, 'a')).toEqual(EMPTY_DRAFTS);
      }),
    );
    place.setItem('santun.drafts', '{');
    expect(keptDrafts(place, 'a')).toEqual(EMPTY_DRAFTS);
    const talk = { income: 7, wishDays: 'Mon', hope: 'lunas', gone: true };
    place.setItem('santun.drafts', JSON.stringify({ attemptId: 'a', draft: null, talk }));
    expect(keptDrafts(place, 'a')).toEqual({
      draft: EMPTY_DRAFT,
      talk: { ...EMPTY_TALK, hope: 'lunas' },
    });
  });
});

describe('L3: a reflection', () => {
  const draft: ReflectionDraft = {
    ...emptyReflection('c', AT),
    ...{ whatHappened: ' Marah\nsoal denda ', trigger: 'fees', whatWorked: 'Mendengar' },
    action: 'Jelaskan denda',
  };

  test('is asked for in full, and written as the server takes it', () => {
    expect(blankFields(emptyReflection('c', AT))).toEqual([
      ...['whatHappened', 'trigger', 'whatWorked', 'action'],
    ]);
    expect(blankFields(draft)).toEqual([]);
    const agentId = '00000000-0000-7000-8000-000000000001';
    const body = reflectionBody(draft, agentId);
    expect(reflectionInput.parse(body)).toMatchObject({
      whatHappened: 'Marah soal denda',
      prevention: { owner: `agent:${agentId}`, dueOn: '2026-11-29' },
    });
    expect(
      reflectionInput.parse(reflectionBody({ ...draft, owner: 'manager' }, agentId)),
    ).toMatchObject({ prevention: { owner: 'role:manager' } });
  });

  test('outlives a call and a load, of its own conflict alone', () => {
    const place = storage();
    keepReflection(place, draft);
    expect(keptReflection(place, emptyReflection('c', AT))).toEqual(draft);
    expect(keptReflection(place, emptyReflection('d', AT))).toEqual(emptyReflection('d', AT));
  });
});
