// Holds the README's promises to tests: each point of the lists below names at least one test, and each test that is named exists.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const held = /<!-- held by (\S+): (.+?) -->/g;

/** The points of the lists that promise something: those of the introduction, and of the section that says so. */
export function promisesIn(readme) {
  const [introduction = ""] = readme.split("\n## ");
  const section = readme.split("\n## ").find((part) => part.startsWith("What you can rely on")) ?? "";
  return [introduction, section].flatMap((text) => text.split("\n").filter((line) => line.startsWith("- ")));
}

/** Complaints, in sentences; none where every promise is held. */
export function complaintsAbout(readme, read) {
  const promises = promisesIn(readme);
  if (promises.length < 10) return [`Only ${promises.length} promises were found in the README: this check has lost sight of them.`];
  const without = promises.filter((line) => line.match(held) === null).map((line) => `No test is named for: ${line}`);
  const gone = [...readme.matchAll(held)]
    .filter(([, file, title]) => !read(file)?.includes(title))
    .map(([, file, title]) => `${file} has no test "${title}".`);
  return [...without, ...gone];
}

function readTest(file) {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const complaints = complaintsAbout(readFileSync(join(root, "README.md"), "utf8"), readTest);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
