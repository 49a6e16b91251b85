import { randomUUID } from 'node:crypto';

/** A Via branch with the magic cookie of RFC 3261 section 8.1.1.7, unguessable. */
export function newBranch(): string {
  return `z9hG4bK${randomUUID()}`;
}

/** A From or To tag: 64 random bits and more (section 19.3 asks for 32). */
export function newTag(): string {
  return randomUUID().slice(0, 23);
}
