// Holds what the documents promise to tests: each point of the lists below names at least one test, and each test that is named exists.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const held = /<!-- held by (\S+): (.+?) -->/g;
const section = /<!-- promises -->\n(.*?)<!-- \/promises -->/gs;

/** The points of the lists that promise something: those of the README's introduction, and of the sections marked as promises. */
export function promisesIn(readme, others) {
  const [introduction = ""] = readme.split("\n## ");
  const marked = [readme, ...others].flatMap((text) => [...text.matchAll(section)].map(([, points]) => points));
  return [introduction, ...marked].flatMap((text) => text.split("\n").filter((line) => line.startsWith("- ")));
}

/** Complaints, in sentences; none where every promise is held. */
export function complaintsAbout(readme, others, read) {
  const promises = promisesIn(readme, others);
  if (promises.length < 10) return [`Only ${promises.length} promises were found: this check has lost sight of them.`];
  const without = promises.filter((line) => line.match(held) === null).map((line) => `No test is named for: ${line}`);
  const gone = [readme, ...others]
    .flatMap((text) => [...text.matchAll(held)])
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
  const pages = readdirSync(join(root, "docs"), { recursive: true }).filter((name) => name.endsWith(".md"));
  const read = (name) => readFileSync(join(root, name), "utf8");
  const complaints = complaintsAbout(read("README.md"), ["SECURITY.md", ...pages.map((name) => join("docs", name))].map(read), readTest);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
