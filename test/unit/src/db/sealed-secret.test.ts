import { randomBytes } from 'node:crypto';
import { seal, unseal } from '../../../../src/db/sealed-secret';

describe('sealed secret', () => {
  const key = randomBytes(32);

  it('opens with the same key and purpose', () => {
    const sealed = seal(key, 'trunk.password', 'pässword');
    expect(unseal(key, 'trunk.password', sealed)).toBe('pässword');
    expect(sealed.includes('ssword')).toBe(false);
    expect(seal(key, 'trunk.password', 'pässword')).not.toEqual(sealed);
  });

  it('does not open with another key or purpose, or when changed', () => {
    const sealed = seal(key, 'trunk.password', 'secret');
    expect(() => unseal(randomBytes(32), 'trunk.password', sealed)).toThrow();
    expect(() => unseal(key, 'idempotency.answer', sealed)).toThrow();
    sealed[sealed.length - 1]! ^= 1;
    expect(() => unseal(key, 'trunk.password', sealed)).toThrow();
  });
});
