import type { RulePack } from '../rule-pack';
import auRg96V1 from './packs/AU.RG96@1.json';
import brRjV1 from './packs/BR.RJ@1.json';
import brSpV1 from './packs/BR.SP@1.json';
import demoOpenV1 from './packs/DEMO.OPEN@1.json';
import gr3758V1 from './packs/GR.3758@1.json';
import idAfpiV1 from './packs/ID.AFPI@1.json';
import idBiCcV1 from './packs/ID.BI.CC@1.json';
import idOjkPojk22V1 from './packs/ID.OJK.POJK22@1.json';
import idOjkSeojk192023V1 from './packs/ID.OJK.SEOJK19-2023@1.json';
import idPolicyCapsV1 from './packs/ID.POLICY.CAPS@1.json';
import idPolicyCourtesyV1 from './packs/ID.POLICY.COURTESY@1.json';
import idPolicyCutiV1 from './packs/ID.POLICY.CUTI@1.json';
import idPolicyGuardV1 from './packs/ID.POLICY.GUARD@1.json';
import idPolicyHouseV1 from './packs/ID.POLICY.HOUSE@1.json';
import idPolicyRamadanV1 from './packs/ID.POLICY.RAMADAN@1.json';
import ieCca46V1 from './packs/IE.CCA46@1.json';
import inRbiV1 from './packs/IN.RBI@1.json';
import itUnirecV1 from './packs/IT.UNIREC@1.json';
import phBsp454V1 from './packs/PH.BSP454@1.json';
import phSec18V1 from './packs/PH.SEC18@1.json';
import policyHoldsV1 from './packs/POLICY.HOLDS@1.json';
import santunBaseV1 from './packs/SANTUN.BASE@1.json';
import ukFcaV1 from './packs/UK.FCA@1.json';
import ukPolicyV1 from './packs/UK.POLICY@1.json';
import usDcV1 from './packs/US.DC@1.json';
import usFederalV1 from './packs/US.FEDERAL@1.json';
import usMaV1 from './packs/US.MA@1.json';
import usNvV1 from './packs/US.NV@1.json';
import usNycV1 from './packs/US.NYC@1.json';
import usTcpaV1 from './packs/US.TCPA@1.json';
import usWaV1 from './packs/US.WA@1.json';

/**
 * Every version of a rule pack that ever shipped, one file each. A file never changes: what changes
 * is a new version in a new file. Their shape is checked by a test, with the parser that also reads
 * packs of other authors.
 */
export const shippedPacks: readonly RulePack[] = [
  auRg96V1,
  brRjV1,
  brSpV1,
  demoOpenV1,
  gr3758V1,
  idAfpiV1,
  idBiCcV1,
  idOjkPojk22V1,
  idOjkSeojk192023V1,
  idPolicyCapsV1,
  idPolicyCourtesyV1,
  idPolicyCutiV1,
  idPolicyGuardV1,
  idPolicyHouseV1,
  idPolicyRamadanV1,
  ieCca46V1,
  inRbiV1,
  itUnirecV1,
  phBsp454V1,
  phSec18V1,
  policyHoldsV1,
  santunBaseV1,
  ukFcaV1,
  ukPolicyV1,
  usDcV1,
  usFederalV1,
  usMaV1,
  usNvV1,
  usNycV1,
  usTcpaV1,
  usWaV1,
] as unknown[] as RulePack[];
