import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const PUBLIC = "http://deb.debian.org/debian";

/** The mirror that this machine's apt uses, in whatever files it is written down. */
export async function debianMirror() {
  const targets = await run("apt-get", ["indextargets", "--format", "$(RELEASE) $(SITE)"]).catch(() => ({ stdout: "" }));
  return mirrorIn(targets.stdout);
}

/** Of lines with a release and its site. Updates of security have a site of their own, which holds little else. */
export function mirrorIn(targets) {
  const sites = targets.split("\n").map((line) => line.trim().split(" "));
  return sites.find(([release, site]) => site !== undefined && !release.includes("security") && site.endsWith("/debian"))?.[1] ?? PUBLIC;
}
