import type { CampaignFloor } from '../src/db/why';
import type { CampaignState } from '../src/domain/campaign-state';
import type { Said } from './compliance/words';
import type { Waterfall, WaterfallStep } from './waterfall';

interface Stop {
  readonly applies: (floor: CampaignFloor, empty: (step: WaterfallStep) => boolean) => boolean;
  readonly said: Said;
}

const stop = (applies: Stop['applies'], id: string, en: string): Stop => ({
  applies,
  said: { id, en },
});
const emptyAt = (step: WaterfallStep, id: string, en: string): Stop =>
  stop((_floor, empty) => empty(step), id, en);

/** In the order in which they are to be mended; `RULE` is the rule that denies most, `SCOPE` and `REASON` the switch's. */
const STOPS: readonly Stop[] = [
  stop(
    ({ killSwitches }) => killSwitches.length > 0,
    'Sakelar henti (SCOPE) ditarik, tidak ada panggilan sampai dilepas: REASON',
    'A kill switch (SCOPE) is pulled, no call leaves until it is released: REASON',
  ),
  emptyAt(
    'total',
    'Tidak ada rekening yang cocok dengan penyaring.',
    'No account matches the filter.',
  ),
  stop(
    ({ sipInstancesAlive }) => sipInstancesAlive === 0,
    'Tidak ada peran sip yang hidup: jalankan satu.',
    'No sip role is alive: start one.',
  ),
  stop(
    ({ trunksEnabled }) => trunksEnabled === 0,
    'Tidak ada trunk yang aktif untuk kampanye ini.',
    'No trunk of the campaign is enabled.',
  ),
  stop(
    ({ agents }) => Object.keys(agents).every((state) => state === 'offline'),
    'Tidak ada petugas dari pool kampanye yang masuk.',
    'No agent of the pools is signed in.',
  ),
  emptyAt('open', 'Semua rekening sudah lunas atau ditutup.', 'Every account is paid or closed.'),
  emptyAt(
    'withDialablePhone',
    'Tidak ada rekening dengan nomor debitur yang aktif.',
    'No account has an active number of the debtor.',
  ),
  emptyAt(
    'inWindowNow',
    'Di luar jam yang diizinkan untuk semua debitur (RULE).',
    'Outside the allowed hours for every debtor (RULE).',
  ),
  emptyAt(
    'notCapped',
    'Semua debitur sudah mencapai batas percobaan (RULE).',
    'Every debtor has reached a limit of attempts (RULE).',
  ),
  emptyAt(
    'notHeld',
    'Semua rekening ditahan, atau menunggu janji bayar.',
    'Every account is held, or waits for a promise.',
  ),
  emptyAt(
    'notCoolingDown',
    'Belum ada rekening yang waktunya ditelepon.',
    'No account is due for an attempt yet.',
  ),
  emptyAt(
    'personFree',
    'Semua debitur yang waktunya ditelepon sedang dalam percobaan.',
    'Every due person is in an attempt right now.',
  ),
  stop(
    ({ agents }) => (agents.ready ?? 0) === 0,
    'Tidak ada petugas yang siap: semua sibuk atau jeda.',
    'No agent is ready: all are busy or paused.',
  ),
  stop(
    ({ agentsReadyWithSkills }) => agentsReadyWithSkills === 0,
    'Ada petugas yang siap, tetapi tidak satu pun punya semua keahlian yang diminta kampanye.',
    'Agents are ready, but none has every skill that the campaign asks for.',
  ),
];

const STATE: Readonly<Record<CampaignState, Said>> = {
  draft: { id: 'masih berupa rancangan', en: 'a draft' },
  ready: { id: 'siap, tetapi belum dimulai', en: 'ready, and not started' },
  running: { id: 'sedang berjalan', en: 'running' },
  pausing: { id: 'sedang dijeda', en: 'being paused' },
  paused: { id: 'dijeda', en: 'paused' },
  draining: { id: 'sedang diselesaikan', en: 'being finished' },
  done: { id: 'sudah selesai', en: 'done' },
  archived: { id: 'sudah diarsipkan', en: 'archived' },
};

/** What stops the dialing now, the first thing first; or that nothing does. */
export function campaignSummary(
  floor: CampaignFloor,
  waterfall: Waterfall,
  topRefusal: string | null,
): Said {
  if (floor.state !== 'running') {
    return {
      id: `Kampanye ${STATE[floor.state].id}: hanya kampanye yang sedang berjalan yang menelepon.`,
      en: `The campaign is ${STATE[floor.state].en}: only a running one dials.`,
    };
  }
  const empty = (step: WaterfallStep): boolean =>
    waterfall.steps.find((one) => one.step === step)?.accounts === 0;
  const found = STOPS.find(({ applies }) => applies(floor, empty));
  if (found === undefined) {
    return {
      id: 'Tidak ada yang menghalangi: giliran berikutnya menelepon.',
      en: 'Nothing stops it: the next turn dials.',
    };
  }
  const [pulled] = floor.killSwitches;
  const named = (text: string): string =>
    text
      .replace('RULE', topRefusal ?? '-')
      .replace('SCOPE', pulled?.scope ?? '-')
      .replace('REASON', () => pulled?.reason ?? '-');
  return { id: named(found.said.id), en: named(found.said.en) };
}
