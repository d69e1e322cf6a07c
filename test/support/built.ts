import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder with what the package will hold, built from the sources as they are now. */
    staged: string;
  }
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Builds once for all test files, beside the repository's own dist/, which a developer may be using. */
export default function setup(project: TestProject): () => void {
  const staged = join(root, "node_modules", ".cache", `trunkline-${process.pid}`);
  mkdirSync(staged, { recursive: true });
  execFileSync(process.execPath, ["scripts/build.mjs", join(staged, "dist")], { cwd: root, stdio: "inherit" });
  for (const file of ["package.json", "README.md", "LICENSE", "mcp.json", "trunks.schema.json"])
    cpSync(join(root, file), join(staged, file));
  project.provide("staged", staged);
  return () => rmSync(staged, { recursive: true, force: true });
}
