/** A path as JavaScript writes it: `rules[0].when.metric`; `$` is the whole document. */
export function fieldText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '$';
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[a-zA-Z_][\w]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}
