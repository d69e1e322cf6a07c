import { describe, expect, test } from "vitest";
import { stateFolder } from "../../src/store/home.ts";

describe("the platform's folder for state", () => {
  test.each<[string, Record<string, string>, NodeJS.Platform, string]>([
    ["Linux", {}, "linux", "/home/ann/.local/state/trunkline"],
    ["Linux, moved", { XDG_STATE_HOME: "/state" }, "linux", "/state/trunkline"],
    ["Linux, moved to nowhere", { XDG_STATE_HOME: "state" }, "linux", "/home/ann/.local/state/trunkline"],
    ["macOS", { XDG_STATE_HOME: "/state" }, "darwin", "/home/ann/Library/Application Support/Trunkline"],
    ["Windows", { LOCALAPPDATA: "/local" }, "win32", "/local/Trunkline"],
    ["Windows without a profile", {}, "win32", "/home/ann/AppData/Local/Trunkline"],
  ])("%s", (_, environment, platform, folder) => {
    expect(stateFolder(environment, platform, "/home/ann").replaceAll("\\", "/")).toBe(folder);
  });
});
