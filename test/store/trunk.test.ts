import { describe } from "vitest";
import { sqlitePlace } from "./place.ts";
import { describeTrunks } from "./trunk-contract.ts";

describe("SQLite", () => describeTrunks(sqlitePlace));
