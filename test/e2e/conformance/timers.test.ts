import { clientTimerScenarios } from './client-timer-scenarios';
import { serverTimerScenarios } from './server-timer-scenarios';
import { conformanceSuite } from './support/conformance-suite';
import { sideBySide } from './support/side-by-side';

const suite = conformanceSuite();

/** RFC 3261 section 17. The longest scenario takes 64*T1 = 32 s; all run side by side. */
sideBySide(45_000, { ...clientTimerScenarios(suite), ...serverTimerScenarios(suite) });
