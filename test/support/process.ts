import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { expect, inject } from "vitest";

export interface Running {
  child: ChildProcessWithoutNullStreams;
  /** Complete lines of stdout so far. */
  lines(): string[];
  stderr(): string;
  send(message: object | string): void;
  /** The answer with this id. */
  answer(id: number): Promise<Record<string, unknown>>;
  exit(): Promise<number | null>;
}

export function mainFile(): string {
  return join(inject("staged"), "dist", "main.js");
}

/** Variables that the machine itself may have set must not reach the process under test. */
export function cleanEnvironment(environment: Record<string, string> = {}): Record<string, string> {
  // The sandbox remembers: each file of tests has one of its own.
  const state = join(
    inject("staged"),
    "state",
    createHash("sha256")
      .update(expect.getState().testPath ?? "")
      .digest("hex")
      .slice(0, 12),
  );
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TRUNKLINE_HOME: state, ...environment };
}

/** The built program, raw: what a host sees that speaks to it without any library. */
export function start(args: string[] = [], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [mainFile(), ...args], { env: cleanEnvironment(environment), stdio: "pipe" });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // A process that has ended refuses what is still written to it; the test looks at how it ended.
  child.stdin.on("error", () => {});
  const exited = once(child, "exit");
  const lines = () => out.split("\n").slice(0, -1);
  return {
    child,
    lines,
    stderr: () => errors,
    send: (message) => child.stdin.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`),
    answer: async (id) => {
      for (;;) {
        const found = lines().find((line) => line.includes(`"id":${id}`));
        if (found !== undefined) return JSON.parse(found) as Record<string, unknown>;
        if (child.exitCode !== null) throw new Error(`the process ended before it answered ${id}: ${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    exit: async () => ((await exited) as [number | null])[0],
  };
}

export const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};

export function request(id: number, method: string, params: object = {}): object {
  return { jsonrpc: "2.0", id, method, params };
}
