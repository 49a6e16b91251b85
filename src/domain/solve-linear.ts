/** @see inverseOf */
export interface Inverse {
  readonly matrix: number[][];
  /** Natural logarithm of the determinant, over the directions of which something is known. */
  readonly logDeterminant: number;
}

/**
 * The inverse of a symmetric matrix that is not negative, by Gauss and Jordan with the largest pivots.
 * A direction of which nothing is known (a pivot below `least`) is left out: its row and column are zero.
 */
export function inverseOf(matrix: readonly (readonly number[])[], least = 1e-9): Inverse {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  const onDiagonal = (i: number): number => rows[i]?.[i] ?? 0;
  const free = new Set(rows.keys());
  const known = new Set<number>();
  let logDeterminant = 0;
  while (free.size > 0) {
    const pivot = [...free].reduce((a, b) => (onDiagonal(b) > onDiagonal(a) ? b : a));
    free.delete(pivot);
    const scale = onDiagonal(pivot);
    if (scale < least) continue;
    known.add(pivot);
    logDeterminant += Math.log(scale);
    const own = (rows[pivot] ?? []).map((value) => value / scale);
    for (const [i, row] of rows.entries()) {
      const factor = row[pivot] ?? 0;
      if (i !== pivot) rows[i] = row.map((value, j) => value - factor * (own[j] ?? 0));
    }
    rows[pivot] = own;
  }
  const inverse = rows.map((row, i) =>
    row.slice(n).map((value, j) => (known.has(i) && known.has(j) ? value : 0)),
  );
  return { matrix: inverse, logDeterminant };
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

export function times(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => dot(row, vector));
}
