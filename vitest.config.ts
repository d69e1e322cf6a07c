import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.ts";
// Each test makes servers and throws them away: with the room that Node gives by itself, a tenth of the time went into collecting them.
const execArgv = ["--max-semi-space-size=32"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/skip-reporter.ts"],
    // Most tests wait for other processes: one worker less than there are processors would leave those idle.
    maxWorkers: Math.max(3, availableParallelism()),
    // These end a test that hangs. None of them is reached because a machine is busy.
    testTimeout: 900_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [slow], isolate: false, execArgv } },
      // Processes, databases, browsers and fault matrices. They are real, and start slowly on a loaded machine.
      { extends: true, test: { name: "slow", include: [slow], globalSetup: "test/support/built.ts" } },
    ],
  },
});
