import { generateKeyPairSync } from 'node:crypto';
import {
  createSigner,
  keyIdOf,
  privateKeyOf,
  publicKeyOf,
  verifySignature,
} from '../../../../src/proof/sign';

/** RFC 8032, 7.1, test 2: a message of one byte, 0x72, which is "r". */
const RFC8032_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const RFC8032_PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const RFC8032_SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

function signerOf(seedHex: string): ReturnType<typeof createSigner> {
  return createSigner(privateKeyOf(Buffer.from(seedHex, 'hex')));
}

describe('signing', () => {
  it('signs as RFC 8032 says', () => {
    const signer = signerOf(RFC8032_SEED);
    expect(signer.publicKey.toString('hex')).toBe(RFC8032_PUBLIC);
    expect(signer.sign('r').toString('hex')).toBe(RFC8032_SIGNATURE);
    expect(signer.keyId).toBe(keyIdOf(Buffer.from(RFC8032_PUBLIC, 'hex')));
    expect(signer.keyId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('holds for the signed text alone', () => {
    const signer = signerOf(RFC8032_SEED);
    const key = publicKeyOf(signer.publicKey);
    const signature = signer.sign('{"verdict":"deny"}');
    expect(verifySignature(key, '{"verdict":"deny"}', signature)).toBe(true);
    expect(verifySignature(key, '{"verdict":"allow"}', signature)).toBe(false);
    expect(verifySignature(key, '{"verdict":"deny"}', signature.subarray(1))).toBe(false);
    const foreign = createSigner(generateKeyPairSync('ed25519').privateKey);
    expect(verifySignature(key, '{"verdict":"deny"}', foreign.sign('{"verdict":"deny"}'))).toBe(
      false,
    );
  });

  it('takes Ed25519 private keys alone', () => {
    expect(() => createSigner(generateKeyPairSync('ed25519').publicKey)).toThrow(TypeError);
    expect(() => createSigner(generateKeyPairSync('ed448').privateKey)).toThrow(TypeError);
    expect(() => publicKeyOf(Buffer.alloc(31))).toThrow('32 bytes');
  });
});
