import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../core/config.ts";

/** The computer, as far as it decides where programs keep a person's files. */
export interface Place {
  platform: NodeJS.Platform;
  home: string;
  environment: Environment;
}

/** The folder in which desktop programs keep their settings. */
export function settingsFolder({ platform, home, environment }: Place): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return environment["APPDATA"] || join(home, "AppData", "Roaming");
  return environment["XDG_CONFIG_HOME"] || join(home, ".config");
}

/** Folders of Windows Store packages. The files of such a program are its own copy, and the usual folder is never read. */
export function packagedFolders({ platform, home, environment }: Place, prefix: string): string[] {
  if (platform !== "win32") return [];
  const packages = join(environment["LOCALAPPDATA"] || join(home, "AppData", "Local"), "Packages");
  return namesIn(packages)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(packages, name, "LocalCache", "Roaming"));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
