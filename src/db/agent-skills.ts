/**
 * Has the agent every skill that the campaign asks for? Both are SQL expressions of ids. A campaign
 * that asks for none is told from its row alone, once a statement.
 */
export const hasSkillsOf = (agentId: string, campaignId: string): string => {
  const wanted = `(select settings->'skills' from campaign where id = ${campaignId})`;
  return `(${wanted} is null
    or (select to_jsonb(skills) from agent where id = ${agentId}) @> ${wanted})`;
};
