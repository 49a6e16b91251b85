import fc from 'fast-check';
import { collectionPolicy } from '../../../../src/domain/collection-policy/collection-policy';
import { findPhrases } from '../../../../src/domain/find-phrases';
import { DEFAULT_PHRASES, PHRASE_CATEGORIES } from '../../../../src/domain/forbidden-phrase';
import { stemsOf } from '../../../../src/domain/speech-words';

const categories = (text: string): string[] => [
  ...new Set(findPhrases(text, DEFAULT_PHRASES).map(({ phrase }) => phrase.category)),
];

describe('forbidden phrases', () => {
  test.each([
    ['viral', 'Nanti saya viralkan lho'],
    ['viral', 'mau diviralin di Facebook?'],
    ['viral', 'bisa V1RAAAL itu, Pak'],
    ['viral', 'kami menyebarkan foto Ibu ke semua orang'],
    ['viral', 'nanti datanya saya sebar ke media sosial. sebarin datanya'],
    ['police', 'kalau tidak bayar kami lapor polisi'],
    ['police', 'saya laporkan ke kantor polisi'],
    ['police', 'Anda bisa dipenjara'],
    ['family', 'saya akan menghubungi keluarga Bapak'],
    ['family', 'nanti saya kasih tahu istrinya'],
    ['family', 'I am going to tell your boss'],
    ['shame', 'supaya dipermalukan di depan tetangga'],
    ['threat', 'Anda saya ancam? Saya mengancam?'],
    ['threat', 'awas, ya, kamu'],
    ['threat', 'you pay, or else'],
    ['insult', 'dasar GOBLOK'],
    ['police', 'You will be arrested and go to jail'],
  ])('L6: finds %s in "%s"', (category, text) => {
    expect(categories(text)).toContain(category);
  });

  test.each([
    'Selamat pagi, Ibu. Bagaimana kabarnya?',
    'Kami tidak akan lapor polisi, Pak, tenang saja.',
    'Kami tidak pernah menghubungi keluarga nasabah.',
    'We will never tell your family.',
    'Apakah Bapak ingin keluarga ikut mendengar? Nanti kami hubungi lagi.',
    'Saya mengerti, tidak perlu merasa malu.',
    'Kami hubungi lagi besok. Keluarga Bapak sehat?',
    'Boleh saya kirim data tagihan lewat pesan?',
    'Bisa datang ke kantor kami atau bayar lewat virtual account.',
    'Your instalment is due on the fifth; shall we move it to payday?',
  ])('L6: finds nothing in "%s"', (text) => {
    expect(findPhrases(text, DEFAULT_PHRASES)).toEqual([]);
  });

  test('L6: each once, with where it was said and a short quote without long numbers', () => {
    const before = 'Nomor 0812 0000 1234 sudah saya catat dan semua sudah jelas ya Pak, jadi ';
    const text = `${before}kalau besok belum masuk saya viralkan, ya, viralkan, ke 0812-0000-1234 semua teman`;
    const [found, ...more] = findPhrases(text, DEFAULT_PHRASES);
    expect(more).toEqual([]);
    expect(found?.phrase).toMatchObject({ phrase: 'viral', category: 'viral' });
    expect(found?.at).toBeCloseTo(text.indexOf('viralkan') / text.length, 9);
    expect(found?.quote).toContain('saya viralkan, ya');
    expect(found?.quote).not.toMatch(/\d{4}/);
    expect(found?.quote.length).toBeLessThanOrEqual(160);
    // the longer one is what was said
    expect(
      findPhrases('it will go viral', DEFAULT_PHRASES).map((each) => each.phrase.phrase),
    ).toEqual(['go viral']);
  });

  test('L6: affixes, written and spoken', () => {
    for (const word of ['menyebarkan', 'disebarin', 'nyebarin', 'sebarkannya', 'tersebar']) {
      expect([word, stemsOf(word).has('sebar')]).toEqual([word, true]);
    }
    for (const [word, stem] of [
      ...[
        ['menangkap', 'tangkap'],
        ['memukuli', 'pukul'],
        ['mengancam', 'ancam'],
      ],
      ...[
        ['threatening', 'threaten'],
        ['shaming', 'shame'],
        ['penjarakan', 'penjara'],
      ],
    ] as [string, string][]) {
      expect([word, stemsOf(word).has(stem)]).toEqual([word, true]);
    }
    expect(stemsOf('tersebut').has('sebar')).toBe(false);
  });

  test('L6: every default is found as it stands, has its reason, and is a policy', () => {
    const policy = collectionPolicy.parse({}).speech;
    expect(policy.phrases).toEqual(DEFAULT_PHRASES);
    expect(policy.keep).toBe('quotes');
    expect(new Set(DEFAULT_PHRASES.map(({ category }) => category)).size).toBe(
      PHRASE_CATEGORIES.length,
    );
    for (const phrase of DEFAULT_PHRASES) {
      expect([phrase.phrase, findPhrases(`Ya, ${phrase.phrase}!`, [phrase])]).toMatchObject([
        phrase.phrase,
        [{ phrase }],
      ]);
    }
    const reason = { id: 'a', en: 'b' };
    const write = (phrase: string) =>
      collectionPolicy.safeParse({ speech: { phrases: [{ phrase, category: 'threat', reason }] } });
    expect(write('awas nanti').success).toBe(true);
    for (const bad of ['(a+)+$', '.*', '!!', 'a', 'satu dua tiga empat lima enam tujuh']) {
      expect([bad, write(bad).success]).toEqual([bad, false]);
    }
  });

  test('L6: whatever is said, it ends, and finds what is said between other words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.lorem(), (noise, words) => {
        for (const { at, quote } of findPhrases(noise, DEFAULT_PHRASES)) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThan(1);
          expect(quote.length).toBeLessThanOrEqual(160);
        }
        expect(categories(`${words}. DIVIRALKAN ${words}`)).toContain('viral');
      }),
      { numRuns: 200 },
    );
    const long = `${'tidak '.repeat(400)}${'meng'.repeat(400)}`;
    const began = performance.now();
    findPhrases(long, DEFAULT_PHRASES);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
