import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Record<string, string | undefined>;

/** The platform's folder for what a program keeps for one person. */
export function stateFolder(environment: Environment, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  if (platform === "win32") return join(environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "Trunkline");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Trunkline");
  // The specification tells to ignore a relative path.
  const state = environment["XDG_STATE_HOME"]?.startsWith("/") ? environment["XDG_STATE_HOME"] : join(home, ".local", "state");
  return join(state, "trunkline");
}
