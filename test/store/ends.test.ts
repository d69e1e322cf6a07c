import { describe } from "vitest";
import { describeEnds, keyedSqlitePlace } from "./ends-contract.ts";

describe("SQLite", () => describeEnds(keyedSqlitePlace));
