import type { Language, Words } from './words';
import { english } from './words-en';
import { indonesian } from './words-id';

export const WORDS: Readonly<Record<Language, Words>> = { id: indonesian, en: english };
