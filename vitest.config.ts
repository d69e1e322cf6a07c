import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/skip-reporter.ts"],
    // Most tests wait for other processes: one worker less than there are processors would leave those idle.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [slow], isolate: false } },
      // Processes, databases, browsers and fault matrices. They are real, and start slowly on a loaded machine.
      { extends: true, test: { name: "slow", include: [slow], globalSetup: "test/support/built.ts", testTimeout: 60_000 } },
    ],
  },
});
