import { explainFailure } from '../../../../dialer/compliance/explain';
import { ENGINE_RULES } from '../../../../dialer/compliance/explain-engine';
import type { FailedRule } from '../../../../dialer/compliance/rule-decision';
import { GATE_RULES } from '../../../../dialer/gate-decision';
import { LANGUAGES } from '../../../../dialer/compliance/words';
import { BLOCKED_REASONS } from '../../../../src/domain/dial-retry';

describe('what the engine refuses', () => {
  const engine = (rule: string): FailedRule => ({
    rule,
    pack: 'engine',
    version: 1,
    kind: 'profile',
    force: 'policy',
    cite: '',
    zones: [],
    inputs: {},
  });
  const gate = GATE_RULES.filter((rule) => rule !== 'engine.hold');
  const holds = BLOCKED_REASONS.map((reason) => `engine.hold_${reason}`);

  test.each([...new Set([...ENGINE_RULES, ...gate, ...holds])])(
    '%s has words of its own in both languages',
    (rule) => {
      const said = LANGUAGES.map((language) => explainFailure(engine(rule), language));
      expect(said[0]).not.toBe(said[1]);
      for (const text of said) {
        expect(text).toMatch(/^[A-Z].+\.$/);
        expect(text).not.toContain('_');
        expect(text).not.toMatch(/pemeriksaan sistem|check of the system/);
      }
    },
  );

  test('a later one is told by its name', () => {
    expect(explainFailure(engine('engine.some_day'), 'en')).toBe(
      'Refused by a check of the system: some day.',
    );
    expect(explainFailure(engine('engine.toString'), 'id')).toBe(
      'Ditolak oleh pemeriksaan sistem: toString.',
    );
  });
});
