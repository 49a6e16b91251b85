import { z } from 'zod';

const FORM = '2 to 30 of a-z, 0-9, hyphen, beginning with a letter: jawa';

/** What an agent can do beyond the usual: a language, hardship cases. One short lower-case word. */
export const agentSkill = z.string({ error: FORM }).regex(/^[a-z][a-z0-9-]{1,29}$/, FORM);

/** A set: each once. */
export const agentSkills = z
  .array(agentSkill, { error: 'a list of skills' })
  .max(20)
  .superRefine((skills, context) => {
    for (const [index, skill] of skills.entries()) {
      if (skills.indexOf(skill) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index],
        message: 'each skill once',
        params: { reason: 'is there already' },
      });
    }
  });
