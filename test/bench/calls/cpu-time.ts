import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms (USER_HZ is 100 on every platform that Node runs on). */
const SECONDS_A_TICK = 0.01;

/** CPU seconds that a process has used, user and system; with `children`, theirs too, ended or not. */
export function cpuSeconds(
  pid: number,
  options: { children: boolean } = { children: false },
): number {
  const own = ticks(pid);
  if (own === null) return 0;
  const total = options.children ? own.self + own.ended + childrenTicks(pid) : own.self;
  return total * SECONDS_A_TICK;
}

function childrenTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (text === '') return 0;
  return text.split(' ').reduce((sum, child) => sum + (ticks(Number(child))?.self ?? 0), 0);
}

/** proc(5): fields 14 to 17 of stat, counted after the name, which may hold spaces. */
function ticks(pid: number): { self: number; ended: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { self: user + system, ended: endedUser + endedSystem };
  } catch {
    return null;
  }
}
