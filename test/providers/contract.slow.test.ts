import { faults } from "./contract/faults.ts";
import { testContracts } from "./contract/matrix.ts";

testContracts((dialects) => dialects, faults);
